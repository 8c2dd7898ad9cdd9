%% The order of signals between two processes, and what receive makes of it.
-module(twin_order).

-export([messages_keep_their_order/1, every_address_is_the_same_way/1,
         exit_signal_keeps_its_place/1, trapped_exit_keeps_its_place/1,
         messages_come_before_the_exit/1, monitor_comes_before_what_follows/1,
         link_comes_before_what_follows/1, unlink_comes_before_what_follows/1,
         selective_receive_leaves_the_rest/1, oldest_match_is_taken/1,
         looking_once_sees_the_whole_queue/1, down_has_no_precedence/1,
         exit_has_no_precedence/1, receive_within_a_receive/1,
         reply_is_found_behind_a_backlog/1, references_do_not_disturb_others/1,
         each_sender_has_an_order/1, own_messages_are_there_at_once/1,
         sent_messages_are_seen_by_info/1, token_goes_round/1,
         ping_and_pong/1, requests_are_answered_in_turn/1,
         first_messages_wait_for_the_newborn/1, several_matches_in_one_receive/1,
         many_senders_lose_nothing/1]).

-import(twin, [as/3, as/4, say/2, say_in/3, await/1, await_exit/0,
               await_down/1, next/0, drain/0, idle/0, until_dead/1,
               until_queued/1]).

messages_keep_their_order(T) ->
    Main = self(),
    as(T, b, spawn(fun () -> [Main ! N || N <- lists:seq(1, 100)] end)),
    until_queued(100),
    say(T, drain()).

every_address_is_the_same_way(T) ->
    Main = self(),
    register(twin_addressed, Main),
    Alias = alias(),
    Other = as(T, other, spawn(fun () -> idle() end)),
    Monitor = monitor(process, Other, [{alias, explicit_unalias}]),
    {_, M} = as(T, b, m, spawn_monitor(fun () ->
        [begin
             Main ! {N, pid},
             twin_addressed ! {N, name},
             {twin_addressed, node()} ! {N, name_and_node},
             Alias ! {N, alias},
             Monitor ! {N, monitor}
         end || N <- lists:seq(1, 20)]
    end)),
    until_queued(101),
    say(T, drain()),
    demonitor(M).

exit_signal_keeps_its_place(T) ->
    Main = self(),
    {B, M} = as(T, b, m, spawn_monitor(fun () -> echo(T, Main) end)),
    B ! one,
    B ! two,
    await({said, two}),
    exit(B, bye),
    B ! three,
    say(T, [got, await_down(M)]).

echo(T, Main) ->
    receive
        Word ->
            say(T, [heard, Word]),
            Main ! {said, Word},
            echo(T, Main)
    end.

trapped_exit_keeps_its_place(T) ->
    process_flag(trap_exit, true),
    Main = self(),
    as(T, b, spawn(fun () ->
        Main ! one,
        exit(Main, between),
        Main ! two,
        exit(Main, after_all)
    end)),
    until_queued(4),
    say(T, drain()).

messages_come_before_the_exit(T) ->
    process_flag(trap_exit, true),
    Main = self(),
    as(T, b, spawn_link(fun () ->
        [Main ! N || N <- lists:seq(1, 10)],
        exit(bye)
    end)),
    until_queued(11),
    say(T, drain()).

monitor_comes_before_what_follows(T) ->
    Reasons = [begin
                   B = spawn(fun () -> await(die), exit(told) end),
                   M = monitor(process, B),
                   B ! die,
                   {_, _, _, _, Reason} = await_down(M),
                   Reason
               end || _ <- lists:seq(1, 100)],
    say(T, [reasons, lists:usort(Reasons)]).

link_comes_before_what_follows(T) ->
    process_flag(trap_exit, true),
    Reasons = [begin
                   B = spawn(fun () -> idle() end),
                   link(B),
                   exit(B, told),
                   {'EXIT', B, Reason} = await_exit(),
                   Reason
               end || _ <- lists:seq(1, 100)],
    say(T, [reasons, lists:usort(Reasons)]).

unlink_comes_before_what_follows(T) ->
    process_flag(trap_exit, true),
    Left = [begin
                B = spawn_link(fun () -> idle() end),
                unlink(B),
                exit(B, told),
                until_dead(B),
                drain()
            end || _ <- lists:seq(1, 100)],
    say(T, [left, lists:usort(Left)]).

selective_receive_leaves_the_rest(T) ->
    [self() ! N || N <- [1, a, 2, b, 3, c]],
    say(T, [b, await(b), two, await(2)]),
    say(T, [rest, drain()]).

oldest_match_is_taken(T) ->
    [self() ! N || N <- [x, {second, 1}, {first, 2}, {second, 3}]],
    say(T, [got, receive
                     {first, N} -> [first, N];
                     {second, N} -> [second, N]
                 end]),
    say(T, [rest, drain()]).

looking_once_sees_the_whole_queue(T) ->
    [self() ! N || N <- lists:seq(1, 50)],
    say(T, [found, receive 50 -> true after 0 -> false end]),
    say(T, [found, receive 51 -> true after 0 -> false end]),
    say(T, [left, twin:queue_length(self())]).

down_has_no_precedence(T) ->
    Main = self(),
    self() ! before,
    until_queued(1),
    {_, M} = as(T, b, m, spawn_monitor(fun () -> Main ! last_word end)),
    until_queued(3),
    self() ! later,
    say(T, [all, drain()]),
    demonitor(M).

exit_has_no_precedence(T) ->
    process_flag(trap_exit, true),
    self() ! before,
    exit(self(), between),
    self() ! later,
    say(T, [all, drain()]).

receive_within_a_receive(T) ->
    [self() ! N || N <- [noise, {outer, 1}, {inner, 1}, {outer, 2}, {inner, 2}]],
    say(T, [got, nested(), nested()]),
    say(T, [rest, drain()]).

nested() ->
    receive
        {outer, N} -> receive {inner, M} -> {N, M} end
    end.

reply_is_found_behind_a_backlog(T) ->
    [self() ! {old, N} || N <- lists:seq(1, 1000)],
    Server = as(T, server, spawn(fun () -> serve(3) end)),
    [begin
         Ref = make_ref(),
         Server ! {ask, self(), Ref, N},
         say(T, [answer, receive {Ref, Answer} -> Answer end])
     end || N <- [1, 2, 3]],
    say(T, [left, length(drain())]).

serve(0) -> served;
serve(N) ->
    receive
        {ask, From, Ref, Question} ->
            From ! {Ref, {answered, Question}},
            serve(N - 1)
    end.

references_do_not_disturb_others(T) ->
    self() ! early,
    Ref1 = make_ref(),
    self() ! {Ref1, one},
    Ref2 = make_ref(),
    self() ! plain,
    self() ! {Ref2, two},
    self() ! {Ref1, again},
    say(T, [two, receive {Ref2, X} -> X end]),
    say(T, [next, next()]),
    say(T, [one, receive {Ref1, Y} -> Y end]),
    say(T, [next, next()]),
    say(T, [again, receive {Ref1, Z} -> Z end, left, drain()]).

each_sender_has_an_order(T) ->
    Main = self(),
    [as(T, Role, spawn(fun () -> [Main ! {Role, N} || N <- lists:seq(1, 20)] end))
     || Role <- [a, b, c]],
    until_queued(60),
    [say_in(T, Role, [sent, N]) || {Role, N} <- drain()].

own_messages_are_there_at_once(T) ->
    self() ! one,
    self() ! two,
    say(T, [length, twin:queue_length(self()), next, next(), next()]).

sent_messages_are_seen_by_info(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    Lengths = [begin
                   B ! {message, N},
                   twin:queue_length(B)
               end || N <- lists:seq(1, 10)],
    say(T, [lengths, Lengths]).

token_goes_round(T) ->
    Main = self(),
    First = lists:foldl(
              fun (Role, Next) ->
                  as(T, Role, spawn(fun () -> station(T, Next, 3) end))
              end, Main, [e, d, c, b, a]),
    [begin
         First ! {token, Lap},
         say(T, [back, await({token, Lap})])
     end || Lap <- [1, 2, 3]].

station(_, _, 0) -> done;
station(T, Next, N) ->
    receive
        {token, Lap} ->
            say(T, [passes, Lap]),
            Next ! {token, Lap},
            station(T, Next, N - 1)
    end.

ping_and_pong(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () ->
        [begin
             say(T, [got, await({ping, N})]),
             Main ! {pong, N}
         end || N <- lists:seq(1, 10)]
    end)),
    [begin
         B ! {ping, N},
         say(T, [got, await({pong, N})])
     end || N <- lists:seq(1, 10)].

requests_are_answered_in_turn(T) ->
    Main = self(),
    Server = as(T, server, spawn(fun () -> serve(6) end)),
    [as(T, Role, spawn(fun () ->
         Refs = [{N, make_ref()} || N <- [1, 2, 3]],
         [Server ! {ask, self(), Ref, N} || {N, Ref} <- Refs],
         [say(T, [answer, N, receive {Ref, A} -> A end])
          || {N, Ref} <- lists:reverse(Refs)],
         Main ! finished
     end)) || Role <- [a, b]],
    await(finished),
    await(finished).

first_messages_wait_for_the_newborn(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () ->
        await(start),
        say(T, [rest, drain()]),
        Main ! done
    end)),
    B ! one,
    B ! two,
    B ! start,
    await(done).

several_matches_in_one_receive(T) ->
    [self() ! N || N <- [1, 2, three, 4]],
    say(T, [got, [receive
                      N when is_integer(N), N > 1 -> {big, N};
                      A when is_atom(A) -> {word, A}
                  end || _ <- [1, 2, 3]]]),
    say(T, [rest, drain()]).

many_senders_lose_nothing(T) ->
    Main = self(),
    Senders = [spawn_monitor(fun () -> [Main ! {S, N} || N <- lists:seq(1, 50)] end)
               || S <- lists:seq(1, 20)],
    [await_down(M) || {_, M} <- Senders],
    Messages = drain(),
    Orders = [[N || {From, N} <- Messages, From =:= S] || S <- lists:seq(1, 20)],
    say(T, [all, length(Messages), lists:usort(Orders) =:= [lists:seq(1, 50)]]).
