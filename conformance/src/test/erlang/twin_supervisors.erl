%% How supervisors begin and end, and what can be asked of them.
-module(twin_supervisors).

-export([start_and_end_in_order/1, child_that_does_not_start/1,
         children_start_in_the_supervisor/1, child_that_is_not_wanted/1,
         child_is_added/1, child_is_terminated/1, child_is_restarted_by_hand/1,
         child_is_deleted/1, children_are_counted/1, defaults/1,
         no_supervisor/1, starts_that_fail/1, ids_twice/1, slow_child_is_killed/1,
         brutal_kill/1, child_that_ends_otherwise/1, unlinked_child/1,
         parents_end/1, stop_with_a_reason/1, strangers_are_ignored/1,
         any_significant_child/1, all_significant_children/1,
         what_is_not_significant/1, significance_goes_up/1,
         significance_without_auto_shutdown/1, subtrees_end_in_order/1,
         killed_supervisor/1, information_of_a_child/1]).

-import(twin, [as/3, as/4, say/2, await/1, await_exit/0, await_down/0, await_down/1,
               idle/0, until_dead/1]).
-import(kids, [sup/3, spec/2, spec/3, pid/2, stop/3, until_restarted/3, until_gone/2,
               ids/1, states/1, counts/1, refused/1]).
-import(clerk, [called/1]).

abc(T) ->
    [spec(T, a), spec(T, b), spec(T, c)].

finish(Sup) ->
    exit(Sup, shutdown),
    until_dead(Sup).

%% A child that does this when it begins.
doing(T, Id, More, Do) ->
    spec(T, Id, More#{start => {kids, start, [T, Id, fun (_) -> Do() end]}}).

%% A child with a start of its own.
started(Id, Start) ->
    #{id => Id, start => {erlang, apply, [Start, []]}}.

start_and_end_in_order(T) ->
    {ok, Sup} = sup(T, #{}, abc(T)),
    say(T, [states(Sup)]),
    finish(Sup),
    say(T, [got, await_exit()]).

child_that_does_not_start(T) ->
    [say(T, [sup(T, #{}, [spec(T, a), spec(T, b), doing(T, x, #{}, Do), spec(T, c)])])
     || Do <- [fun () -> {stop, sad} end,
               fun () -> {stop, {shutdown, why}} end,
               fun () -> error(boom) end,
               fun () -> exit(bye) end]].

children_start_in_the_supervisor(T) ->
    {ok, Sup} = sup(T, #{}, [started(a, fun () ->
        say(T, [starts]),
        {ok, spawn_link(fun () -> idle() end)}
    end)]),
    as(T, a, pid(Sup, a)),
    as(T, sup, Sup),
    say(T, [twin:links(Sup)]),
    finish(Sup).

child_that_is_not_wanted(T) ->
    Ignoring = fun (Type) -> doing(T, Type, #{restart => Type}, fun () -> ignore end) end,
    {ok, Sup} = sup(T, #{}, [spec(T, a), Ignoring(permanent), Ignoring(transient),
                             Ignoring(temporary)]),
    say(T, [states(Sup), counts(Sup)]),
    say(T, [refused(supervisor:restart_child(Sup, permanent))]),
    say(T, [supervisor:delete_child(Sup, permanent), ids(Sup)]),
    say(T, [refused(supervisor:start_child(Sup, Ignoring(permanent)))]),
    say(T, [refused(supervisor:start_child(Sup, Ignoring(temporary)))]),
    say(T, [states(Sup)]),
    finish(Sup).

child_is_added(T) ->
    {ok, Sup} = sup(T, #{}, [spec(T, a)]),
    say(T, [refused(supervisor:start_child(Sup, spec(T, b)))]),
    say(T, [refused(supervisor:start_child(Sup, spec(T, b)))]),
    supervisor:terminate_child(Sup, a),
    say(T, [refused(supervisor:start_child(Sup, spec(T, a)))]),
    say(T, [refused(supervisor:start_child(Sup, doing(T, c, #{}, fun () -> {stop, sad} end)))]),
    say(T, [states(Sup)]),
    say(T, [refused(supervisor:start_child(Sup, spec(T, c)))]),
    finish(Sup).

child_is_terminated(T) ->
    {ok, Sup} = sup(T, #{strategy => one_for_all},
                    [spec(T, a), spec(T, b, #{restart => temporary}), spec(T, c)]),
    say(T, [supervisor:terminate_child(Sup, a)]),
    say(T, [supervisor:terminate_child(Sup, a)]),
    say(T, [supervisor:terminate_child(Sup, b)]),
    say(T, [supervisor:terminate_child(Sup, b)]),
    say(T, [supervisor:terminate_child(Sup, nobody)]),
    say(T, [states(Sup)]),
    finish(Sup).

child_is_restarted_by_hand(T) ->
    {ok, Sup} = sup(T, #{}, [spec(T, a), doing(T, b, #{}, fun () ->
        case kids:count(T, starts) of
            2 -> {stop, sad};
            _ -> ok
        end
    end)]),
    say(T, [refused(supervisor:restart_child(Sup, a))]),
    say(T, [refused(supervisor:restart_child(Sup, nobody))]),
    [supervisor:terminate_child(Sup, Id) || Id <- [a, b]],
    say(T, [refused(supervisor:restart_child(Sup, a))]),
    say(T, [refused(supervisor:restart_child(Sup, b))]),
    say(T, [states(Sup)]),
    say(T, [refused(supervisor:restart_child(Sup, b))]),
    say(T, [states(Sup)]),
    finish(Sup).

child_is_deleted(T) ->
    {ok, Sup} = sup(T, #{}, [spec(T, a), spec(T, b)]),
    say(T, [supervisor:delete_child(Sup, a)]),
    say(T, [supervisor:delete_child(Sup, nobody)]),
    supervisor:terminate_child(Sup, a),
    say(T, [supervisor:delete_child(Sup, a)]),
    say(T, [supervisor:delete_child(Sup, a)]),
    say(T, [supervisor:restart_child(Sup, a)]),
    say(T, [states(Sup)]),
    say(T, [refused(supervisor:start_child(Sup, spec(T, a)))]),
    say(T, [ids(Sup)]),
    finish(Sup).

inner(T, Id, Flags, Specs, More) ->
    maps:merge(#{id => Id, type => supervisor,
                 start => {erlang, apply, [fun () ->
                     {ok, Pid} = kids:sup_link(Flags, Specs),
                     {ok, as(T, Id, Pid)}
                 end, []]}}, More).

children_are_counted(T) ->
    {ok, Sup} = sup(T, #{}, [spec(T, a), inner(T, b, #{}, [], #{}), spec(T, c)]),
    say(T, [counts(Sup)]),
    supervisor:terminate_child(Sup, a),
    say(T, [counts(Sup)]),
    supervisor:terminate_child(Sup, b),
    say(T, [counts(Sup)]),
    supervisor:delete_child(Sup, a),
    say(T, [counts(Sup)]),
    finish(Sup).

defaults(T) ->
    {ok, Sup} = sup(T, #{}, [spec(T, a), inner(T, b, #{}, [], #{}),
                             spec(T, c, #{restart => temporary, shutdown => brutal_kill})]),
    Say = fun (Id) ->
        {ok, #{restart := Restart, shutdown := Shutdown, type := Type, significant := Significant}} =
            supervisor:get_childspec(Sup, Id),
        say(T, [Id, Restart, Shutdown, Type, Significant])
    end,
    [Say(Id) || Id <- [a, b, c]],
    say(T, [supervisor:get_childspec(Sup, nobody)]),
    finish(Sup).

no_supervisor(T) ->
    say(T, [called(fun () -> supervisor:which_children(nobody) end)]),
    {ok, Sup} = sup(T, #{}, []),
    finish(Sup),
    say(T, [called(fun () -> supervisor:count_children(Sup) end)]),
    say(T, [called(fun () -> supervisor:terminate_child(Sup, a) end)]).

starts_that_fail(T) ->
    {ok, Sup} = sup(T, #{}, []),
    [say(T, [refused(supervisor:start_child(Sup, started(a, Start)))])
     || Start <- [fun () -> {error, sad} end,
                  fun () -> error(boom) end,
                  fun () -> exit(bye) end]],
    say(T, [states(Sup)]),
    finish(Sup).

ids_twice(T) ->
    %% In which words differs.
    {error, _} = sup(T, #{}, [spec(T, a), spec(T, a)]),
    say(T, [refused]).

slow_child_is_killed(T) ->
    {ok, Sup} = sup(T, #{}, []),
    {ok, Slow} = supervisor:start_child(Sup, (started(a, fun () ->
        {ok, spawn_link(fun () -> process_flag(trap_exit, true), idle() end)}
    end))#{shutdown => 5}),
    as(T, slow, Slow),
    as(T, m, monitor(process, Slow)),
    until_trapping(Slow),
    say(T, [supervisor:terminate_child(Sup, a)]),
    say(T, [got, await_down(), states(Sup)]).

until_trapping(Pid) ->
    twin:until(fun () -> process_info(Pid, trap_exit) =:= {trap_exit, true} end).

brutal_kill(T) ->
    {ok, Sup} = sup(T, #{}, [spec(T, a, #{shutdown => brutal_kill}), spec(T, b)]),
    as(T, m, monitor(process, pid(Sup, a))),
    finish(Sup),
    say(T, [got, await_down()]).

child_that_ends_otherwise(T) ->
    {ok, Sup} = sup(T, #{}, []),
    [begin
         {ok, Pid} = supervisor:start_child(Sup, (started(a, fun () ->
             gen_server:start_link(clerk, fun () ->
                 process_flag(trap_exit, true),
                 {ok, #{terminate => fun (_) -> exit(Reason) end}}
             end, [])
         end))#{restart => Type}),
         as(T, a, Pid),
         as(T, m, monitor(process, Pid)),
         say(T, [supervisor:terminate_child(Sup, a)]),
         say(T, [got, await_down(), states(Sup)]),
         supervisor:delete_child(Sup, a)
     end || Type <- [permanent, transient, temporary], Reason <- [normal, odd]],
    finish(Sup).

unlinked_child(T) ->
    {ok, Sup} = sup(T, #{}, [spec(T, a)]),
    A = pid(Sup, a),
    gen_server:call(A, fun (_, S) -> unlink(Sup), {reply, done, S} end),
    say(T, [twin:links(A)]),
    say(T, [supervisor:terminate_child(Sup, a), states(Sup)]),
    finish(Sup).

parents_end(T) ->
    Main = self(),
    [begin
         {P, MP} = as(T, p, mp, spawn_monitor(fun () ->
             {ok, Sup} = sup(T, #{}, abc(T)),
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

stop_with_a_reason(T) ->
    [begin
         {ok, Sup} = sup(T, #{}, [spec(T, a), spec(T, b)]),
         say(T, [called(fun () -> gen_server:stop(Sup, Reason, 10000) end)]),
         say(T, [got, await_exit()])
     end || Reason <- [normal, odd]].

strangers_are_ignored(T) ->
    {ok, Sup} = sup(T, #{}, [spec(T, a)]),
    P = spawn(fun () -> link(Sup), exit(odd) end),
    until_dead(P),
    Sup ! hello,
    say(T, [states(Sup)]),
    finish(Sup).

significant(T, Id, Type) ->
    spec(T, Id, #{restart => Type, significant => true}).

any_significant_child(T) ->
    [begin
         {ok, Sup} = sup(T, #{auto_shutdown => any_significant},
                         [spec(T, a), significant(T, b, Type), significant(T, c, temporary)]),
         stop(Sup, b, Reason),
         say(T, [got, await_exit()])
     end || {Type, Reason} <- [{transient, normal}, {transient, shutdown}, {temporary, normal},
                               {temporary, odd}]].

all_significant_children(T) ->
    {ok, Sup} = sup(T, #{auto_shutdown => all_significant},
                    [spec(T, a), significant(T, b, transient), significant(T, c, temporary)]),
    stop(Sup, c, odd),
    until_gone(Sup, c),
    say(T, [states(Sup)]),
    stop(Sup, b, normal),
    say(T, [got, await_exit()]).

what_is_not_significant(T) ->
    {ok, Sup} = sup(T, #{auto_shutdown => any_significant, intensity => 5},
                    [spec(T, a, #{restart => transient}), significant(T, b, transient),
                     significant(T, c, temporary)]),
    stop(Sup, a, normal),
    until_gone(Sup, a),
    Old = pid(Sup, b),
    stop(Sup, b, odd),
    until_restarted(Sup, b, Old),
    say(T, [supervisor:terminate_child(Sup, b)]),
    say(T, [supervisor:terminate_child(Sup, c)]),
    say(T, [states(Sup)]),
    finish(Sup).

significance_goes_up(T) ->
    Auto = #{auto_shutdown => any_significant},
    {ok, Sup} = sup(T, Auto, [spec(T, a),
                              inner(T, inner, Auto, [spec(T, x), significant(T, y, transient)],
                                    #{restart => transient, significant => true})]),
    stop(pid(Sup, inner), y, normal),
    say(T, [got, await_exit()]).

significance_without_auto_shutdown(T) ->
    %% In which words differs.
    {error, _} = sup(T, #{}, [significant(T, a, transient)]),
    say(T, [refused]),
    {error, _} = sup(T, #{auto_shutdown => any_significant}, [significant(T, a, permanent)]),
    say(T, [refused]).

subtrees_end_in_order(T) ->
    {ok, Sup} = sup(T, #{}, [spec(T, a), inner(T, inner, #{}, [spec(T, x), spec(T, y)], #{}),
                             spec(T, b)]),
    finish(Sup),
    say(T, [got, await_exit()]).

killed_supervisor(T) ->
    {ok, Sup} = sup(T, #{}, [spec(T, a), started(b, fun () ->
        {ok, spawn_link(fun () -> idle() end)}
    end)]),
    [as(T, M, monitor(process, pid(Sup, Id))) || {M, Id} <- [{ma, a}, {mb, b}]],
    as(T, b, pid(Sup, b)),
    exit(Sup, kill),
    say(T, [got, await_exit()]),
    say(T, [got, twin:set([await_down(), await_down()])]).

information_of_a_child(T) ->
    Start = fun () -> {ok, as(T, a, spawn_link(fun () -> idle() end)), more} end,
    {ok, Sup} = sup(T, #{}, []),
    say(T, [refused(supervisor:start_child(Sup, started(a, Start)))]),
    say(T, [refused(supervisor:start_child(Sup, started(a, Start)))]),
    supervisor:terminate_child(Sup, a),
    say(T, [refused(supervisor:restart_child(Sup, a))]),
    say(T, [states(Sup)]),
    finish(Sup).
