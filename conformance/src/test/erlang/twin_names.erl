%% Registered names: who may have which, and when they are free again.
-module(twin_names).

-export([registered_is_found/1, taken_name_is_refused/1, second_name_is_refused/1,
         dead_cannot_be_registered/1, free_name_cannot_be_unregistered/1,
         undefined_is_no_name/1, another_can_be_registered/1,
         anybody_may_unregister/1, unregistered_may_have_another/1,
         send_to_a_free_name/1, name_of_the_dead_is_free/1,
         name_is_free_after_the_exit/1, name_is_free_when_not_alive/1,
         message_reaches_who_had_the_name/1,
         messages_go_to_whom_the_name_means/1, info_tells_the_name/1,
         name_moves_on/1, unregistered_process_keeps_its_bonds/1,
         race_for_a_name_has_one_winner/1]).

-import(twin, [as/3, as/4, say/2, await/1, await_exit/0, await_down/0,
               await_down/1, drain/0, idle/0, until_dead/1, attempt/1,
               links/1]).

registered_is_found(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    say(T, [before, whereis(twin_name)]),
    register(twin_name, B),
    say(T, [registered, whereis(twin_name)]),
    unregister(twin_name),
    say(T, [unregistered, whereis(twin_name)]).

taken_name_is_refused(T) ->
    A = as(T, a, spawn(fun () -> idle() end)),
    B = as(T, b, spawn(fun () -> idle() end)),
    say(T, [first, attempt(fun () -> register(twin_name, A) end)]),
    say(T, [second, attempt(fun () -> register(twin_name, B) end)]),
    say(T, [holder, whereis(twin_name)]).

second_name_is_refused(T) ->
    say(T, [first, attempt(fun () -> register(twin_name, self()) end)]),
    say(T, [another, attempt(fun () -> register(twin_other, self()) end)]),
    say(T, [same, attempt(fun () -> register(twin_name, self()) end)]),
    say(T, [holders, whereis(twin_name), whereis(twin_other)]).

dead_cannot_be_registered(T) ->
    B = as(T, b, spawn(fun () -> ended end)),
    until_dead(B),
    say(T, [dead, attempt(fun () -> register(twin_name, B) end)]),
    say(T, [self, attempt(fun () -> register(twin_name, self()) end)]).

free_name_cannot_be_unregistered(T) ->
    say(T, [free, attempt(fun () -> unregister(twin_name) end)]),
    register(twin_name, self()),
    say(T, [held, attempt(fun () -> unregister(twin_name) end)]),
    say(T, [again, attempt(fun () -> unregister(twin_name) end)]).

undefined_is_no_name(T) ->
    say(T, [undefined, attempt(fun () -> register(undefined, self()) end)]).

another_can_be_registered(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () -> say(T, [heard, await(hello)]), Main ! heard end)),
    register(twin_name, B),
    twin_name ! hello,
    await(heard).

anybody_may_unregister(T) ->
    Main = self(),
    register(twin_name, self()),
    as(T, b, spawn(fun () ->
        say(T, [unregister, attempt(fun () -> unregister(twin_name) end)]),
        Main ! done
    end)),
    await(done),
    say(T, [holder, whereis(twin_name)]).

unregistered_may_have_another(T) ->
    register(twin_name, self()),
    unregister(twin_name),
    say(T, [other, attempt(fun () -> register(twin_other, self()) end)]),
    say(T, [holders, whereis(twin_name), whereis(twin_other)]).

send_to_a_free_name(T) ->
    say(T, [name, attempt(fun () -> twin_name ! hello end)]),
    say(T, [name_and_node, attempt(fun () -> {twin_name, node()} ! hello end)]),
    say(T, [left, drain()]).

name_of_the_dead_is_free(T) ->
    {_, M} = as(T, b, m, spawn_monitor(fun () ->
        register(twin_name, self()),
        exit(bye)
    end)),
    say(T, [got, await_down(M)]),
    say(T, [holder, whereis(twin_name)]),
    say(T, [register, attempt(fun () -> register(twin_name, self()) end)]).

name_is_free_after_the_exit(T) ->
    process_flag(trap_exit, true),
    Taken = [begin
                 spawn_link(fun () -> register(twin_name, self()), exit(bye) end),
                 {'EXIT', _, Reason} = await_exit(),
                 Reason
             end || _ <- lists:seq(1, 200)],
    say(T, [reasons, lists:usort(Taken)]).

name_is_free_when_not_alive(T) ->
    Free = [begin
                B = spawn(fun () -> idle() end),
                register(twin_name, B),
                exit(B, kill),
                {is_process_alive(B), whereis(twin_name)}
            end || _ <- lists:seq(1, 200)],
    say(T, [alive, lists:usort(Free)]).

message_reaches_who_had_the_name(T) ->
    Main = self(),
    A = as(T, a, spawn(fun () -> await(look), say(T, [left, drain()]), Main ! looked end)),
    register(twin_name, A),
    twin_name ! for_a,
    unregister(twin_name),
    B = as(T, b, spawn(fun () -> await(look), say(T, [left, drain()]), Main ! looked end)),
    register(twin_name, B),
    twin_name ! for_b,
    A ! look,
    await(looked),
    B ! look,
    await(looked).

messages_go_to_whom_the_name_means(T) ->
    register(twin_name, self()),
    twin_name ! one,
    {twin_name, node()} ! two,
    unregister(twin_name),
    {twin_name, node()} ! three,
    say(T, [left, drain()]).

info_tells_the_name(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    say(T, [name, name_of(B)]),
    register(twin_name, B),
    say(T, [name, name_of(B)]),
    unregister(twin_name),
    say(T, [name, name_of(B)]).

name_of(B) ->
    case process_info(B, registered_name) of
        {registered_name, Name} -> Name;
        [] -> none
    end.

name_moves_on(T) ->
    process_flag(trap_exit, true),
    Main = self(),
    Holder = fun (Word) ->
        fun () ->
            register(twin_name, self()),
            Main ! registered,
            await(who),
            Main ! {me, Word},
            exit(Word)
        end
    end,
    [begin
         as(T, Word, spawn_link(Holder(Word))),
         await(registered),
         twin_name ! who,
         say(T, [got, await({me, Word})]),
         say(T, [got, await_exit()])
     end || Word <- [one, two, three]].

unregistered_process_keeps_its_bonds(T) ->
    process_flag(trap_exit, true),
    B = as(T, b, spawn_link(fun () -> idle() end)),
    register(twin_name, B),
    as(T, m, monitor(process, twin_name)),
    unregister(twin_name),
    say(T, [links, links(self())]),
    exit(B, bye),
    say(T, [got, await_exit()]),
    say(T, [got, await_down()]).

race_for_a_name_has_one_winner(T) ->
    Winners = [race() || _ <- lists:seq(1, 50)],
    say(T, [winners, lists:usort(Winners)]).

race() ->
    Main = self(),
    Runners = [spawn_monitor(fun () ->
                   await(go),
                   Main ! {ran, attempt(fun () -> register(twin_name, self()) end)},
                   idle()
               end) || _ <- lists:seq(1, 4)],
    [P ! go || {P, _} <- Runners],
    Results = [receive {ran, R} -> R end || _ <- Runners],
    [P ! stop || {P, _} <- Runners],
    [await_down(M) || {_, M} <- Runners],
    length([won || done <- Results]).
