%% Supervisors of children of one kind: simple_one_for_one. What a child is
%% started with is the arguments of start_child here, and what the start has
%% captured on the other side; ids are not known to the supervisor.
-module(twin_dynamic_supervisors).

-export([begins_without_children/1, children_are_added/1, child_that_does_not_start/1,
         child_that_is_not_wanted/1, restart_types/1, restart_calls_the_same_start/1,
         failed_restart_is_tried_again/1, child_is_terminated/1,
         whom_it_does_not_know/1, children_end_together/1, slow_children_are_killed/1,
         brutal_kill/1, too_many_restarts/1, ends_with_its_parent/1,
         comes_back_without_children/1, children_are_supervisors/1]).

-import(twin, [as/3, as/4, say/2, await/1, await_exit/0, await_down/1,
               idle/0, until/1, until_dead/1]).
-import(kids, [refused/1, count/2]).

sup(T, More) ->
    sup(T, 9, More).

sup(T, Intensity, More) ->
    process_flag(trap_exit, true),
    {ok, Sup} = sup_link(Intensity, More),
    as(T, sup, Sup).

sup_link(Intensity, More) ->
    kids:sup_link(#{strategy => simple_one_for_one, intensity => Intensity, period => 60},
                  [maps:merge(#{id => kid, start => {erlang, apply, []}}, More)]).

add(Sup, Start) ->
    refused(supervisor:start_child(Sup, [Start, []])).

kid(T, Id) ->
    fun () -> kids:start(T, Id) end.

doing(T, Id, Do) ->
    fun () -> kids:start(T, Id, fun (_) -> Do() end) end.

pids(Sup) ->
    twin:set([Pid || {undefined, Pid, worker, _} <- supervisor:which_children(Sup)]).

%% Without the number of specifications, which is always 1 here, while on the
%% other side each child has one of its own (SV35).
counts(Sup) ->
    tl(kids:counts(Sup)).

stop(Pid, Reason) ->
    gen_server:cast(Pid, fun (S) -> {stop, Reason, S} end).

%% Waits until there are these children besides one that has ended.
until_children(Sup, Old, Number) ->
    until(fun () ->
        Pids = [P || {_, P, _, _} <- supervisor:which_children(Sup)],
        not lists:member(Old, Pids) andalso length(Pids) =:= Number
            andalso lists:all(fun erlang:is_pid/1, Pids)
    end).

finish(Sup) ->
    exit(Sup, shutdown),
    until_dead(Sup).

begins_without_children(T) ->
    Sup = sup(T, #{}),
    say(T, [pids(Sup), counts(Sup)]),
    finish(Sup),
    say(T, [got, await_exit()]).

children_are_added(T) ->
    Sup = sup(T, #{}),
    say(T, [add(Sup, kid(T, a))]),
    say(T, [add(Sup, kid(T, b))]),
    say(T, [add(Sup, kid(T, a))]),
    say(T, [pids(Sup), counts(Sup)]),
    say(T, [add(Sup, fun () -> {ok, as(T, c, spawn_link(fun () -> idle() end)), more} end)]),
    [supervisor:terminate_child(Sup, P)
     || {_, P, _, _} <- supervisor:which_children(Sup), process_info(P, trap_exit) =:= {trap_exit, false}],
    kill(Sup).

child_that_does_not_start(T) ->
    Sup = sup(T, #{}),
    [say(T, [add(Sup, doing(T, a, Do))])
     || Do <- [fun () -> {stop, sad} end, fun () -> error(boom) end, fun () -> exit(bye) end]],
    say(T, [add(Sup, fun () -> exit(bye) end)]),
    say(T, [pids(Sup), counts(Sup)]),
    finish(Sup).

child_that_is_not_wanted(T) ->
    [begin
         Sup = sup(T, #{restart => Type}),
         say(T, [add(Sup, doing(T, a, fun () -> ignore end))]),
         say(T, [pids(Sup), counts(Sup)])
     end || Type <- [permanent, transient, temporary]].

restart_types(T) ->
    [begin
         Sup = sup(T, #{restart => Type}),
         {ok, A} = add(Sup, kid(T, a)),
         {ok, _} = add(Sup, kid(T, b)),
         stop(A, Reason),
         Restarted = Type =:= permanent orelse (Type =:= transient andalso Reason =:= odd),
         until_children(Sup, A, case Restarted of true -> 2; false -> 1 end),
         say(T, [Type, Reason, pids(Sup)]),
         kill(Sup)
     end || Type <- [permanent, transient, temporary],
            Reason <- [normal, shutdown, {shutdown, why}, odd]].

%% In which order children end then is not promised.
kill(Sup) ->
    [begin
         unlink_from(Sup, P),
         exit(P, kill),
         until_dead(P)
     end || {_, P, _, _} <- supervisor:which_children(Sup)],
    exit(Sup, kill),
    until_dead(Sup).

unlink_from(Sup, Pid) ->
    gen_server:call(Pid, fun (_, S) -> unlink(Sup), {reply, done, S} end).

restart_calls_the_same_start(T) ->
    Sup = sup(T, #{}),
    {ok, A} = add(Sup, kid(T, a)),
    {ok, B} = add(Sup, kid(T, b)),
    stop(A, odd),
    until_children(Sup, A, 2),
    stop(B, odd),
    until_children(Sup, B, 2),
    say(T, [pids(Sup), counts(Sup)]),
    kill(Sup).

failed_restart_is_tried_again(T) ->
    Sup = sup(T, #{}),
    {ok, A} = add(Sup, doing(T, a, fun () ->
        case count(T, starts) of
            N when N =:= 2; N =:= 3 -> {stop, sad};
            _ -> ok
        end
    end)),
    stop(A, odd),
    until_children(Sup, A, 1),
    say(T, [pids(Sup), counts(Sup)]),
    finish(Sup).

child_is_terminated(T) ->
    Sup = sup(T, 0, #{}),
    {ok, A} = add(Sup, kid(T, a)),
    {ok, _} = add(Sup, kid(T, b)),
    say(T, [supervisor:terminate_child(Sup, A)]),
    say(T, [supervisor:terminate_child(Sup, A)]),
    say(T, [pids(Sup), counts(Sup)]),
    finish(Sup).

whom_it_does_not_know(T) ->
    Sup = sup(T, #{}),
    P = as(T, p, spawn(fun () -> idle() end)),
    say(T, [supervisor:terminate_child(Sup, P)]),
    say(T, [alive, is_process_alive(P)]),
    exit(P, kill),
    until_dead(P),
    say(T, [supervisor:terminate_child(Sup, P)]),
    finish(Sup).

children_end_together(T) ->
    Main = self(),
    Sup = sup(T, #{}),
    Kids = [begin
                {ok, Pid} = add(Sup, fun () ->
                    gen_server:start_link(clerk, fun () ->
                        process_flag(trap_exit, true),
                        {ok, #{terminate => fun (Reason) ->
                            Main ! {ending, Reason},
                            await(go)
                        end}}
                    end, [])
                end),
                as(T, Role, Pid)
            end || Role <- [a, b, c]],
    exit(Sup, shutdown),
    %% Each waits for the others.
    say(T, [[receive {ending, Reason} -> Reason end || _ <- Kids]]),
    [Pid ! go || Pid <- Kids],
    say(T, [got, await_exit()]).

stubborn() ->
    {ok, spawn_link(fun () -> process_flag(trap_exit, true), idle() end)}.

until_trapping(Pid) ->
    until(fun () -> process_info(Pid, trap_exit) =:= {trap_exit, true} end).

slow_children_are_killed(T) ->
    Sup = sup(T, #{shutdown => 5}),
    Kids = [begin
                {ok, Pid} = add(Sup, fun stubborn/0),
                until_trapping(Pid),
                as(T, M, monitor(process, as(T, Role, Pid)))
            end || {Role, M} <- [{a, ma}, {b, mb}]],
    finish(Sup),
    [say(T, [got, await_down(M)]) || M <- Kids],
    say(T, [got, await_exit()]).

brutal_kill(T) ->
    Sup = sup(T, #{shutdown => brutal_kill}),
    {ok, A} = add(Sup, kid(T, a)),
    {ok, B} = add(Sup, kid(T, b)),
    M = as(T, m, monitor(process, A)),
    MB = as(T, mb, monitor(process, B)),
    say(T, [supervisor:terminate_child(Sup, A)]),
    say(T, [got, await_down(M)]),
    finish(Sup),
    say(T, [got, await_down(MB)]).

too_many_restarts(T) ->
    Sup = sup(T, 1, #{}),
    {ok, A} = add(Sup, kid(T, a)),
    stop(A, odd),
    until_children(Sup, A, 1),
    [{_, Again, _, _}] = supervisor:which_children(Sup),
    stop(Again, normal),
    say(T, [got, await_exit()]).

ends_with_its_parent(T) ->
    Main = self(),
    [begin
         {P, MP} = as(T, p, mp, spawn_monitor(fun () ->
             Sup = sup(T, #{}),
             {ok, _} = add(Sup, kid(T, a)),
             Main ! {sup, Sup},
             await(go),
             exit(Reason)
         end)),
         Sup = receive {sup, X} -> X end,
         Ref = as(T, m, monitor(process, Sup)),
         P ! go,
         say(T, [got, await_down(MP)]),
         say(T, [got, await_down(Ref)])
     end || Reason <- [normal, shutdown, odd]].

comes_back_without_children(T) ->
    {ok, Top} = kids:sup(T, #{}, [#{id => inner, type => supervisor,
                                    start => {erlang, apply, [fun () -> sup_link(0, #{}) end, []]}}]),
    Old = kids:pid(Top, inner),
    {ok, A} = add(Old, kid(T, a)),
    stop(A, odd),
    kids:until_restarted(Top, inner, Old),
    say(T, [counts(kids:pid(Top, inner)), counts(Top)]).

children_are_supervisors(T) ->
    Sup = sup(T, #{type => supervisor}),
    {ok, Inner} = add(Sup, fun () -> kids:sup_link(#{}, [kids:spec(T, x)]) end),
    as(T, inner, Inner),
    say(T, [counts(Sup), counts(Inner)]),
    finish(Sup),
    say(T, [got, await_exit()]).
