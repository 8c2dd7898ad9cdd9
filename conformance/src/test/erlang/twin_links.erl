%% Links: who is told of whose end.
-module(twin_links).

-export([reason_goes_along_the_link/1, normal_goes_along_the_link/1,
         normal_end_is_trapped/1, crash_goes_along_the_links/1,
         fall_is_transitive/1, trapping_link_stops_the_fall/1,
         normal_end_leaves_the_chain_standing/1, hub_takes_its_leaves_along/1,
         leaf_takes_the_star_along/1, each_end_decides_for_itself/1,
         link_shows_at_both_ends/1, linking_twice_is_one_link/1,
         link_with_oneself/1, link_with_the_dead_is_trapped/1,
         link_with_the_dead_is_refused/1, refused_link_crashes_the_careless/1,
         link_is_gone_after_the_exit/1, spawn_link_hears_the_true_reason/1,
         child_hears_of_its_parent/1, orphans_never_hear_silence/1,
         linked_and_monitoring_hears_both/1]).

-import(twin, [as/3, as/4, say/2, say_in/3, set/1, await/1, await_exit/0,
               await_down/0, await_down/1, next/0, drain/0, idle/0, until/1,
               until_dead/1, until_queued/1, attempt/1, links/1]).

reason_goes_along_the_link(T) ->
    process_flag(trap_exit, true),
    as(T, b, spawn_link(fun () -> exit({boom, 1}) end)),
    say(T, [got, await_exit()]).

normal_goes_along_the_link(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    A = as(T, a, linked_with([B])),
    say(T, [links, links(A), links(B)]),
    B ! stop,
    until_dead(B),
    until(fun () -> links(A) =:= set([]) end),
    say(T, [links, links(A), alive, is_process_alive(A)]).

normal_end_is_trapped(T) ->
    process_flag(trap_exit, true),
    as(T, b, spawn_link(fun () -> returned end)),
    say(T, [got, await_exit()]).

crash_goes_along_the_links(T) ->
    process_flag(trap_exit, true),
    Main = self(),
    as(T, a, spawn_link(fun () ->
        as(T, b, spawn_link(fun () -> await(fall), error(boom) end)) ! fall,
        Main ! spawned,
        idle()
    end)),
    say(T, [got, await_exit()]).

fall_is_transitive(T) ->
    {Pid5, M5} = as(T, pid5, m5, spawn_monitor(fun () -> await(fall), exit(fell) end)),
    {Pid4, M4} = as(T, pid4, m4, linked_and_monitored([Pid5])),
    {_, M3} = as(T, pid3, m3, linked_and_monitored([Pid4])),
    Pid5 ! fall,
    say(T, [got, await_down(M5)]),
    say(T, [got, await_down(M4)]),
    say(T, [got, await_down(M3)]).

trapping_link_stops_the_fall(T) ->
    Main = self(),
    {C, _} = as(T, c, m, spawn_monitor(fun () -> await(fall), exit(fell) end)),
    B = as(T, b, spawn(fun () ->
        process_flag(trap_exit, true),
        link(C),
        Main ! ready,
        say(T, [got, await_exit()]),
        Main ! told,
        idle()
    end)),
    await(ready),
    A = as(T, a, linked_with([B])),
    C ! fall,
    await(told),
    say(T, [alive, is_process_alive(A), is_process_alive(B), is_process_alive(C)]).

normal_end_leaves_the_chain_standing(T) ->
    C = as(T, c, spawn(fun () -> idle() end)),
    B = as(T, b, linked_with([C])),
    A = as(T, a, linked_with([B])),
    C ! stop,
    until_dead(C),
    until(fun () -> links(B) =:= set([A]) end),
    say(T, [alive, is_process_alive(A), is_process_alive(B), links, links(A), links(B)]).

hub_takes_its_leaves_along(T) ->
    Hub = as(T, hub, spawn(fun () -> await(fall), exit({down, hub}) end)),
    Leaves = [as(T, leaf(N), leaf_ref(N), linked_and_monitored([Hub])) || N <- numbers()],
    say(T, [links, links(Hub)]),
    Hub ! fall,
    [say_in(T, '~downs', [got, await_down()]) || _ <- Leaves].

leaf_takes_the_star_along(T) ->
    {Hub, HubRef} = as(T, hub, m, spawn_monitor(fun () -> idle() end)),
    Leaves = [as(T, leaf(N), leaf_ref(N), linked_and_monitored([Hub])) || N <- numbers()],
    {Leaf3, _} = lists:nth(3, Leaves),
    exit(Leaf3, pruned),
    say(T, [got, await_down(HubRef)]),
    [say_in(T, '~downs', [got, await_down()]) || _ <- Leaves].

each_end_decides_for_itself(T) ->
    process_flag(trap_exit, true),
    {B, MB} = as(T, b, mb, spawn_monitor(fun () -> await(fall), exit(fell) end)),
    link(B),
    {_, MC} = as(T, c, mc, linked_and_monitored([B])),
    B ! fall,
    say(T, [got, await_exit()]),
    say(T, [got, await_down(MB)]),
    say(T, [got, await_down(MC)]).

link_shows_at_both_ends(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    say(T, [before, links(self()), links(B)]),
    link(B),
    say(T, [linked, links(self()), links(B)]),
    unlink(B),
    say(T, [unlinked, links(self()), links(B)]).

linking_twice_is_one_link(T) ->
    process_flag(trap_exit, true),
    B = as(T, b, spawn(fun () -> idle() end)),
    link(B),
    link(B),
    say(T, [links, links(self()), links(B)]),
    B ! stop,
    say(T, [got, await_exit()]),
    until_dead(B),
    say(T, [left, drain()]).

link_with_oneself(T) ->
    link(self()),
    say(T, [links, links(self())]),
    unlink(self()),
    say(T, [left, drain()]).

link_with_the_dead_is_trapped(T) ->
    process_flag(trap_exit, true),
    B = as(T, b, dead()),
    say(T, [link, attempt(fun () -> link(B) end)]),
    say(T, [got, await_exit()]),
    say(T, [links, links(self()), left, drain()]).

link_with_the_dead_is_refused(T) ->
    B = as(T, b, dead()),
    say(T, [link, attempt(fun () -> link(B) end)]),
    say(T, [links, links(self()), left, drain()]).

refused_link_crashes_the_careless(T) ->
    B = as(T, b, dead()),
    {_, M} = as(T, c, m, spawn_monitor(fun () -> link(B) end)),
    say(T, [got, await_down(M)]).

link_is_gone_after_the_exit(T) ->
    process_flag(trap_exit, true),
    as(T, b, spawn_link(fun () -> exit(bye) end)),
    until_queued(1),
    say(T, [links, links(self())]),
    say(T, [got, next()]).

spawn_link_hears_the_true_reason(T) ->
    process_flag(trap_exit, true),
    Reasons = [begin
                   B = spawn_link(fun () -> exit(bye) end),
                   receive {'EXIT', B, Reason} -> Reason end
               end || _ <- lists:seq(1, 200)],
    say(T, [reasons, lists:usort(Reasons)]).

child_hears_of_its_parent(T) ->
    Main = self(),
    as(T, parent, spawn(fun () ->
        Parent = self(),
        as(T, child, spawn_link(fun () ->
            process_flag(trap_exit, true),
            Parent ! ready,
            say(T, [got, await_exit()]),
            Main ! told
        end)),
        await(ready),
        exit(gone)
    end)),
    await(told).

orphans_never_hear_silence(T) ->
    Main = self(),
    Reasons = [begin
                   spawn(fun () ->
                       Main ! {child, spawn_link(fun () -> idle() end)},
                       exit(gone)
                   end),
                   Child = receive {child, C} -> C end,
                   M = monitor(process, Child),
                   receive {'DOWN', M, _, _, R} -> lists:member(R, [gone, noproc]) end
               end || _ <- lists:seq(1, 200)],
    say(T, [told, lists:usort(Reasons)]).

linked_and_monitoring_hears_both(T) ->
    process_flag(trap_exit, true),
    B = as(T, b, spawn(fun () -> await(fall), exit(fell) end)),
    link(B),
    M = as(T, m, monitor(process, B)),
    B ! fall,
    say(T, [got, await_exit()]),
    say(T, [got, await_down(M)]),
    say(T, [left, drain()]).

%% ---- helpers

%% A process that has linked itself with these and waits.
linked_with(Others) ->
    {Pid, M} = linked_and_monitored(Others),
    demonitor(M, [flush]),
    Pid.

linked_and_monitored(Others) ->
    Main = self(),
    Linked = spawn_monitor(fun () ->
        [link(Other) || Other <- Others],
        Main ! {linked, self()},
        idle()
    end),
    {Pid, _} = Linked,
    await({linked, Pid}),
    Linked.

dead() ->
    Pid = spawn(fun () -> ended end),
    until_dead(Pid),
    Pid.

numbers() -> lists:seq(1, 10).

leaf(N) -> list_to_atom("leaf" ++ integer_to_list(N)).

leaf_ref(N) -> list_to_atom("m" ++ integer_to_list(N)).
