%% Exit signals and those who trap them: the decision table, kill and killed.
-module(twin_traps).

-export([signal_becomes_a_message/1, signal_ends_who_does_not_trap/1,
         normal_is_ignored/1, normal_is_trapped/1, kill_cannot_be_trapped/1,
         killed_goes_along_the_links/1, killed_goes_down_the_chain/1,
         own_kill_is_trapped/1, own_kill_ends_the_linked/1,
         kill_to_oneself/1, signal_to_oneself_is_there_at_once/1,
         signal_to_oneself_ends_at_once/1, normal_to_oneself/1,
         normal_to_oneself_is_trapped/1, flag_returns_what_it_was/1,
         flag_counts_at_reception/1, flag_does_not_touch_the_queue/1,
         sender_is_named/1, every_child_is_heard/1, signal_from_a_stranger/1,
         kill_as_a_links_reason_stays_kill/1, killed_can_be_sent/1,
         trapping_is_not_inherited/1, linked_normal_is_trapped_or_passed_over/1,
         trapped_then_resent/1, noproc_can_be_sent/1]).

-import(twin, [as/3, as/4, say/2, say_in/3, await/1, await_exit/0,
               await_down/0, await_down/1, next/0, drain/0, idle/0,
               until_dead/1, until_queued/1, links/1]).

signal_becomes_a_message(T) ->
    B = as(T, b, trapping(T)),
    exit(B, hello),
    exit(B, {boom, 1}),
    exit(B, shutdown),
    finish(B),
    say(T, [alive, is_process_alive(B)]).

signal_ends_who_does_not_trap(T) ->
    [begin
         {B, M} = as(T, b, m, spawn_monitor(fun () -> idle() end)),
         exit(B, Reason),
         say(T, [got, await_down(M)])
     end || Reason <- [bye, {boom, 1}, shutdown, killed, noproc, noconnection]].

normal_is_ignored(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () ->
        await(ping),
        say(T, [left, drain()]),
        Main ! pong,
        idle()
    end)),
    exit(B, normal),
    B ! ping,
    await(pong),
    say(T, [alive, is_process_alive(B)]),
    B ! stop,
    until_dead(B).

normal_is_trapped(T) ->
    B = as(T, b, trapping(T)),
    exit(B, normal),
    finish(B),
    say(T, [alive, is_process_alive(B)]).

kill_cannot_be_trapped(T) ->
    B = as(T, b, trapping(T)),
    as(T, m, monitor(process, B)),
    exit(B, kill),
    say(T, [got, await_down()]).

killed_goes_along_the_links(T) ->
    process_flag(trap_exit, true),
    B = as(T, b, spawn_link(fun () -> idle() end)),
    exit(B, kill),
    say(T, [got, await_exit()]).

killed_goes_down_the_chain(T) ->
    Main = self(),
    {A, MA} = as(T, a, ma, spawn_monitor(fun () -> idle() end)),
    {_, MB, MC, MD} =
        lists:foldl(
          fun ({Role, Ref}, Chain) ->
              Before = element(1, Chain),
              {P, M} = as(T, Role, Ref, spawn_monitor(fun () ->
                  link(Before), Main ! linked, idle()
              end)),
              await(linked),
              erlang:append_element(setelement(1, Chain, P), M)
          end, {A}, [{b, mb}, {c, mc}, {d, md}]),
    exit(A, kill),
    [say(T, [got, await_down(M)]) || M <- [MA, MB, MC, MD]].

own_kill_is_trapped(T) ->
    process_flag(trap_exit, true),
    as(T, b, spawn_link(fun () -> exit(kill) end)),
    say(T, [got, await_exit()]).

own_kill_ends_the_linked(T) ->
    {B, _} = as(T, b, mb, spawn_monitor(fun () -> await(fall), exit(kill) end)),
    {_, MC} = as(T, c, mc, linked_and_monitored(B)),
    B ! fall,
    say(T, [got, await_down(MC)]).

kill_to_oneself(T) ->
    as(T, b, m, spawn_monitor(fun () ->
        process_flag(trap_exit, true),
        exit(self(), kill),
        say(T, [went, on])
    end)),
    say(T, [got, await_down()]).

signal_to_oneself_is_there_at_once(T) ->
    process_flag(trap_exit, true),
    exit(self(), hello),
    say(T, [next, next()]),
    say(T, [next, next()]).

signal_to_oneself_ends_at_once(T) ->
    as(T, b, m, spawn_monitor(fun () ->
        exit(self(), bye),
        say(T, [went, on])
    end)),
    say(T, [got, await_down()]).

normal_to_oneself(T) ->
    as(T, b, m, spawn_monitor(fun () ->
        exit(self(), normal),
        say(T, [went, on])
    end)),
    say(T, [got, await_down()]).

normal_to_oneself_is_trapped(T) ->
    as(T, b, m, spawn_monitor(fun () ->
        process_flag(trap_exit, true),
        exit(self(), normal),
        say(T, [next, next()])
    end)),
    say(T, [got, await_down()]).

flag_returns_what_it_was(T) ->
    say(T, [was, process_flag(trap_exit, true)]),
    say(T, [was, process_flag(trap_exit, true)]),
    say(T, [was, process_flag(trap_exit, false)]),
    say(T, [was, process_flag(trap_exit, false)]).

flag_counts_at_reception(T) ->
    Main = self(),
    {B, M} = as(T, b, m, spawn_monitor(fun () ->
        process_flag(trap_exit, true),
        Main ! trapping,
        await(untrap),
        process_flag(trap_exit, false),
        Main ! untrapped,
        idle()
    end)),
    await(trapping),
    exit(B, trapped),
    B ! untrap,
    await(untrapped),
    say(T, [alive, is_process_alive(B)]),
    exit(B, untrapped),
    say(T, [got, await_down(M)]).

flag_does_not_touch_the_queue(T) ->
    process_flag(trap_exit, true),
    exit(self(), one),
    until_queued(1),
    process_flag(trap_exit, false),
    say(T, [next, next()]),
    process_flag(trap_exit, true),
    exit(self(), two),
    say(T, [next, next()]).

sender_is_named(T) ->
    Main = self(),
    B = as(T, b, trapping(T)),
    as(T, sender, spawn(fun () -> exit(B, from_sender), Main ! sent end)),
    await(sent),
    finish(B).

every_child_is_heard(T) ->
    process_flag(trap_exit, true),
    as(T, one, spawn_link(fun () -> exit(bye) end)),
    as(T, two, spawn_link(fun () -> error(boom) end)),
    as(T, three, spawn_link(fun () -> returned end)),
    Four = as(T, four, spawn_link(fun () -> idle() end)),
    exit(Four, kill),
    [say_in(T, '~exits', [got, await_exit()]) || _ <- lists:seq(1, 4)],
    say(T, [links, links(self()), left, drain()]).

signal_from_a_stranger(T) ->
    process_flag(trap_exit, true),
    Main = self(),
    B = as(T, b, spawn(fun () -> exit(Main, looks_like_a_link), idle() end)),
    say(T, [got, await_exit()]),
    say(T, [links, links(Main), alive, is_process_alive(B)]).

kill_as_a_links_reason_stays_kill(T) ->
    Main = self(),
    {B, _} = as(T, b, mb, spawn_monitor(fun () -> await(fall), exit(kill) end)),
    C = as(T, c, spawn(fun () ->
        process_flag(trap_exit, true),
        link(B),
        Main ! ready,
        say(T, [got, await_exit()]),
        Main ! told,
        idle()
    end)),
    await(ready),
    B ! fall,
    await(told),
    say(T, [alive, is_process_alive(C)]).

killed_can_be_sent(T) ->
    B = as(T, b, trapping(T)),
    exit(B, killed),
    finish(B),
    say(T, [alive, is_process_alive(B)]).

trapping_is_not_inherited(T) ->
    process_flag(trap_exit, true),
    {B, M} = as(T, b, m, spawn_monitor(fun () -> idle() end)),
    exit(B, bye),
    say(T, [got, await_down(M)]).

linked_normal_is_trapped_or_passed_over(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () -> idle() end)),
    C = as(T, c, spawn(fun () ->
        process_flag(trap_exit, true),
        link(B),
        Main ! ready,
        say(T, [got, await_exit()]),
        Main ! told,
        idle()
    end)),
    await(ready),
    {D, MD} = as(T, d, md, linked_and_monitored(B)),
    B ! stop,
    until_dead(B),
    await(told),
    twin:until(fun () -> links(D) =:= twin:set([]) end),
    say(T, [alive, is_process_alive(C), is_process_alive(D)]),
    exit(D, bye),
    say(T, [got, await_down(MD)]).

trapped_then_resent(T) ->
    process_flag(trap_exit, true),
    as(T, b, m, spawn_monitor(fun () ->
        process_flag(trap_exit, true),
        as(T, c, spawn_link(fun () -> exit({boom, 1}) end)),
        {'EXIT', _, Reason} = await_exit(),
        exit({child, Reason})
    end)),
    say(T, [got, await_down()]).

noproc_can_be_sent(T) ->
    {B, M} = as(T, b, m, spawn_monitor(fun () -> idle() end)),
    exit(B, noproc),
    say(T, [got, await_down(M)]).

%% ---- helpers

%% A process that traps, and says what it has got when it is finished.
trapping(T) ->
    Main = self(),
    B = spawn(fun () ->
        process_flag(trap_exit, true),
        Main ! trapping,
        await(finish),
        [say(T, [got, Message]) || Message <- drain()],
        Main ! finished,
        idle()
    end),
    await(trapping),
    B.

finish(B) ->
    B ! finish,
    await(finished).

linked_and_monitored(Other) ->
    Main = self(),
    Linked = spawn_monitor(fun () -> link(Other), Main ! linked, idle() end),
    await(linked),
    Linked.
