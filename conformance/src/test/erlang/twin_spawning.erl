%% The beginning of processes, and what can be seen of them from outside.
-module(twin_spawning).

-export([spawned_linked_and_monitored/1, child_knows_its_parent/1,
         bonds_are_not_inherited/1, grandchildren_have_their_own_parent/1,
         status_tells_who_waits/1, trap_flag_is_seen/1, process_is_listed/1,
         name_and_links_of_a_spawned/1, many_children_many_ends/1,
         family_falls_together/1, supervisor_in_small/1,
         restarted_child_has_a_new_pid/1]).

-import(twin, [as/3, as/4, say/2, say_in/3, await/1, await_exit/0,
               await_down/1, drain/0, idle/0, until/1, until_dead/1, links/1,
               monitors/1, monitored_by/1]).

spawned_linked_and_monitored(T) ->
    process_flag(trap_exit, true),
    {B, M} = as(T, b, m, spawn_opt(fun () -> idle() end, [link, monitor])),
    say(T, [links, links(self()), monitors, monitors(self())]),
    exit(B, bye),
    say(T, [got, await_exit()]),
    say(T, [got, await_down(M)]),
    say(T, [left, drain()]).

child_knows_its_parent(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    say(T, [parent, process_info(B, parent) =:= {parent, self()}]).

bonds_are_not_inherited(T) ->
    process_flag(trap_exit, true),
    B = as(T, b, spawn(fun () -> idle() end)),
    link(B),
    monitor(process, B),
    C = as(T, c, spawn(fun () -> idle() end)),
    say(T, [links, links(C), monitors, monitors(C), by, monitored_by(C)]),
    say(T, [links, links(B), by, monitored_by(B)]).

grandchildren_have_their_own_parent(T) ->
    Main = self(),
    Child = as(T, child, spawn(fun () ->
        Main ! {grandchild, spawn(fun () -> idle() end)},
        idle()
    end)),
    Grandchild = as(T, grandchild, receive {grandchild, G} -> G end),
    {parent, P1} = process_info(Grandchild, parent),
    {parent, P2} = process_info(Child, parent),
    say(T, [parents, P1, P2]),
    exit(Child, bye),
    until_dead(Child),
    {parent, P3} = process_info(Grandchild, parent),
    say(T, [parent, P3, alive, is_process_alive(Grandchild)]).

status_tells_who_waits(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    until(fun () -> process_info(B, status) =:= {status, waiting} end),
    say(T, [waiting]),
    exit(B, bye),
    until_dead(B),
    say(T, [info, process_info(B, status)]).

trap_flag_is_seen(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () ->
        await(trap),
        process_flag(trap_exit, true),
        Main ! trapping,
        idle()
    end)),
    {trap_exit, Before} = process_info(B, trap_exit),
    B ! trap,
    await(trapping),
    {trap_exit, After} = process_info(B, trap_exit),
    say(T, [before, Before, later, After]).

process_is_listed(T) ->
    Main = self(),
    Children = [spawn(fun () -> idle() end) || _ <- lists:seq(1, 20)],
    All = processes(),
    say(T, [self, lists:member(Main, All), missing, length(Children -- All)]).

name_and_links_of_a_spawned(T) ->
    Main = self(),
    as(T, b, spawn_link(fun () ->
        register(twin_spawned, self()),
        say(T, [links, links(self()), name, whereis(twin_spawned)]),
        Main ! said,
        idle()
    end)),
    await(said),
    say(T, [links, links(self())]).

many_children_many_ends(T) ->
    process_flag(trap_exit, true),
    [as(T, child(N), spawn_link(fun () -> exit({child, N}) end)) || N <- lists:seq(1, 30)],
    [say_in(T, '~exits', [got, await_exit()]) || _ <- lists:seq(1, 30)],
    say(T, [left, drain()]).

family_falls_together(T) ->
    Main = self(),
    {Root, M} = as(T, root, m, spawn_monitor(fun () -> ancestor(Main, 3), idle() end)),
    Pids = [receive {born, P} -> P end || _ <- lists:seq(1, 14)],
    Refs = [monitor(process, P) || P <- Pids],
    [watched(P) || P <- Pids],
    exit(Root, felled),
    say(T, [got, await_down(M)]),
    Reasons = [element(5, await_down(Ref)) || Ref <- Refs],
    say(T, [reasons, lists:usort(Reasons)]).

%% A monitor is a signal: its process may end before it has come. is_process_alive/1 does not wait
%% for it in every case.
watched(P) ->
    {monitored_by, Pids} = process_info(P, monitored_by),
    lists:member(self(), Pids) orelse watched(P).

%% Two linked children, each with two of their own, and so on.
ancestor(_, 0) -> childless;
ancestor(Main, Depth) ->
    [begin
         Child = spawn_link(fun () -> await(live), ancestor(Main, Depth - 1), idle() end),
         Main ! {born, Child},
         Child ! live
     end || _ <- [left, right]].

supervisor_in_small(T) ->
    Main = self(),
    {Supervisor, M} = as(T, supervisor, m, spawn_monitor(fun () ->
        process_flag(trap_exit, true),
        supervise(T, Main, 3)
    end)),
    [begin
         Worker = as(T, worker, receive {worker, W} -> W end),
         Worker ! crash
     end || _ <- [1, 2, 3]],
    say(T, [got, await_down(M), alive, is_process_alive(Supervisor)]).

supervise(T, _, 0) ->
    say(T, [gives, up]),
    exit(shutdown);
supervise(T, Main, Left) ->
    Worker = spawn_link(fun () -> await(crash), exit(crashed) end),
    Main ! {worker, Worker},
    {'EXIT', Worker, Reason} = await_exit(),
    say(T, [restarts, after_reason, Reason]),
    supervise(T, Main, Left - 1).

restarted_child_has_a_new_pid(T) ->
    process_flag(trap_exit, true),
    Pids = [begin
                B = spawn_link(fun () -> exit(bye) end),
                receive {'EXIT', B, bye} -> B end
            end || _ <- lists:seq(1, 50)],
    say(T, [different, length(lists:usort(Pids))]).

%% ---- helpers

child(N) -> list_to_atom("child" ++ integer_to_list(N)).
