%% What supervisors restart when a child ends, and when they give up.
-module(twin_restarts).

-export([restart_types/1, crashes_and_kills/1, one_for_one/1, one_for_all/1,
         rest_for_one/1, temporary_siblings_go/1, transient_siblings_come_back/1,
         sibling_that_does_not_start_one_for_all/1,
         sibling_that_does_not_start_rest_for_one/1, failed_restart_is_tried_again/1,
         restarting_child_is_seen/1, restarting_child_is_terminated/1,
         too_many_restarts/1, no_restart_at_all/1, failed_restarts_count/1,
         group_counts_once/1, permanent_supervisor_is_restarted/1,
         transient_supervisor_is_not/1, first_children_come_back/1,
         terminated_child_does_not_count/1, restart_that_is_not_wanted/1,
         killed_supervisor_comes_back/1]).

-import(twin, [as/3, say/2, await_exit/0, until/1, until_dead/1]).
-import(kids, [sup/3, spec/2, spec/3, pid/2, stop/3, until_restarted/3, until_gone/2,
               ids/1, states/1, refused/1, count/2]).

flags(Strategy) -> flags(Strategy, 9).

flags(Strategy, Intensity) ->
    #{strategy => Strategy, intensity => Intensity, period => 60}.

%% Has a child end, and waits until it runs again.
restart(Sup, Id, Reason) ->
    Old = pid(Sup, Id),
    stop(Sup, Id, Reason),
    until_restarted(Sup, Id, Old).

finish(Sup) ->
    exit(Sup, shutdown),
    until_dead(Sup).

abc(T) ->
    [spec(T, a), spec(T, b), spec(T, c)].

restart_types(T) ->
    {ok, Sup} = sup(T, flags(one_for_one, 99), []),
    [begin
         {ok, Old} = supervisor:start_child(Sup, spec(T, a, #{restart => Type})),
         stop(Sup, a, Reason),
         Restarted = Type =:= permanent orelse (Type =:= transient andalso Reason =:= odd),
         case Restarted of
             true -> until_restarted(Sup, a, Old);
             false -> until_gone(Sup, a)
         end,
         say(T, [Type, Reason, states(Sup)]),
         supervisor:terminate_child(Sup, a),
         supervisor:delete_child(Sup, a)
     end || Type <- [permanent, transient, temporary],
            Reason <- [normal, shutdown, {shutdown, why}, odd]],
    finish(Sup).

crashes_and_kills(T) ->
    {ok, Sup} = sup(T, flags(one_for_one), [spec(T, a, #{restart => transient})]),
    Old = pid(Sup, a),
    gen_server:cast(Old, fun (_) -> error(boom) end),
    until_restarted(Sup, a, Old),
    Next = pid(Sup, a),
    exit(Next, kill),
    until_restarted(Sup, a, Next),
    say(T, [states(Sup)]),
    finish(Sup).

one_for_one(T) ->
    {ok, Sup} = sup(T, flags(one_for_one), abc(T)),
    restart(Sup, b, odd),
    restart(Sup, a, normal),
    say(T, [states(Sup)]),
    finish(Sup).

one_for_all(T) ->
    {ok, Sup} = sup(T, flags(one_for_all), abc(T)),
    restart(Sup, b, odd),
    restart(Sup, a, odd),
    restart(Sup, c, odd),
    say(T, [states(Sup)]),
    finish(Sup).

rest_for_one(T) ->
    {ok, Sup} = sup(T, flags(rest_for_one), abc(T)),
    restart(Sup, b, odd),
    restart(Sup, c, odd),
    restart(Sup, a, odd),
    say(T, [states(Sup)]),
    finish(Sup).

temporary_siblings_go(T) ->
    [begin
         {ok, Sup} = sup(T, flags(Strategy),
                         [spec(T, a), spec(T, b, #{restart => temporary}), spec(T, c)]),
         restart(Sup, a, odd),
         say(T, [ids(Sup)]),
         finish(Sup)
     end || Strategy <- [one_for_all, rest_for_one]].

transient_siblings_come_back(T) ->
    {ok, Sup} = sup(T, flags(one_for_all),
                    [spec(T, a), spec(T, b, #{restart => transient}), spec(T, c)]),
    restart(Sup, c, odd),
    say(T, [states(Sup)]),
    %% Also one that has ended before.
    stop(Sup, b, normal),
    until_gone(Sup, b),
    restart(Sup, a, odd),
    say(T, [states(Sup)]),
    finish(Sup).

%% A child that does not start the second time and the third.
failing(T, Id) ->
    spec(T, Id, #{start => {kids, start, [T, Id, fun (_) ->
        case count(T, {starts, Id}) of
            N when N =:= 2; N =:= 3 -> {stop, sad};
            _ -> ok
        end
    end]}}).

sibling_that_does_not_start_one_for_all(T) ->
    {ok, Sup} = sup(T, flags(one_for_all), [spec(T, a), failing(T, b), spec(T, c)]),
    restart(Sup, c, odd),
    say(T, [states(Sup)]),
    finish(Sup).

sibling_that_does_not_start_rest_for_one(T) ->
    {ok, Sup} = sup(T, flags(rest_for_one), [spec(T, a), spec(T, b), failing(T, c), spec(T, d)]),
    Old = pid(Sup, d),
    stop(Sup, b, odd),
    until_restarted(Sup, d, Old),
    say(T, [states(Sup)]),
    finish(Sup).

failed_restart_is_tried_again(T) ->
    {ok, Sup} = sup(T, flags(one_for_one), [failing(T, a), spec(T, b)]),
    restart(Sup, a, odd),
    say(T, [states(Sup)]),
    finish(Sup).

%% A child that starts once only.
once(T, Id) ->
    spec(T, Id, #{start => {kids, start, [T, Id, fun (_) ->
        case count(T, {starts, Id}) of
            1 -> ok;
            _ -> {stop, sad}
        end
    end]}}).

%% Not its life, which is of any length.
until_restarting(Sup, Id) ->
    until(fun () -> pid(Sup, Id) =:= restarting end).

%% A child that cannot be started again, and does not say so.
stubborn(T) ->
    #{id => a, start => {erlang, apply, [fun () ->
        case count(T, starts) of
            1 -> {ok, spawn_link(fun () -> twin:idle() end)};
            _ -> timer:sleep(1), {error, sad}
        end
    end, []]}}.

restarting_child_is_seen(T) ->
    {ok, Sup} = sup(T, flags(one_for_one, 100000), [stubborn(T), spec(T, b)]),
    exit(pid(Sup, a), odd),
    until_restarting(Sup, a),
    say(T, [states(Sup), kids:counts(Sup)]),
    say(T, [refused(supervisor:restart_child(Sup, a))]),
    say(T, [refused(supervisor:delete_child(Sup, a))]),
    say(T, [refused(supervisor:start_child(Sup, spec(T, a)))]),
    say(T, [states(Sup)]),
    finish(Sup).

restarting_child_is_terminated(T) ->
    {ok, Sup} = sup(T, flags(one_for_one, 100000), [stubborn(T), spec(T, b)]),
    exit(pid(Sup, a), odd),
    until_restarting(Sup, a),
    say(T, [supervisor:terminate_child(Sup, a)]),
    say(T, [states(Sup)]),
    say(T, [refused(supervisor:restart_child(Sup, a))]),
    say(T, [supervisor:delete_child(Sup, a), states(Sup)]),
    finish(Sup).

too_many_restarts(T) ->
    {ok, Sup} = sup(T, flags(one_for_one, 2), abc(T)),
    restart(Sup, b, odd),
    restart(Sup, a, odd),
    stop(Sup, b, odd),
    say(T, [got, await_exit()]).

no_restart_at_all(T) ->
    [begin
         {ok, Sup} = sup(T, flags(Strategy, 0), abc(T)),
         stop(Sup, b, normal),
         say(T, [got, await_exit()])
     end || Strategy <- [one_for_one, one_for_all, rest_for_one]].

failed_restarts_count(T) ->
    {ok, Sup} = sup(T, flags(one_for_one, 3), [once(T, a), spec(T, b)]),
    stop(Sup, a, odd),
    say(T, [got, await_exit()]).

group_counts_once(T) ->
    {ok, Sup} = sup(T, flags(one_for_all, 2), abc(T)),
    restart(Sup, a, odd),
    restart(Sup, b, odd),
    stop(Sup, c, odd),
    say(T, [got, await_exit()]).

inner(T, Intensity, More) ->
    maps:merge(#{id => inner, type => supervisor,
                 start => {kids, sup_link, [flags(one_for_one, Intensity), [spec(T, x), spec(T, y)]]}},
               More).

permanent_supervisor_is_restarted(T) ->
    {ok, Sup} = sup(T, flags(one_for_all), [spec(T, a), inner(T, 0, #{}), spec(T, c)]),
    Old = pid(Sup, inner),
    C = pid(Sup, c),
    stop(Old, x, odd),
    until_restarted(Sup, c, C),
    say(T, [ids(Sup), ids(pid(Sup, inner))]),
    finish(Sup).

transient_supervisor_is_not(T) ->
    {ok, Sup} = sup(T, flags(one_for_all), [spec(T, a), inner(T, 0, #{restart => transient})]),
    stop(pid(Sup, inner), x, odd),
    until_gone(Sup, inner),
    say(T, [states(Sup)]),
    finish(Sup).

first_children_come_back(T) ->
    {ok, Sup} = sup(T, flags(one_for_one), [inner(T, 0, #{})]),
    Old = pid(Sup, inner),
    {ok, _} = supervisor:start_child(Old, spec(T, z)),
    say(T, [ids(Old)]),
    stop(Old, z, odd),
    until_restarted(Sup, inner, Old),
    say(T, [ids(pid(Sup, inner))]),
    finish(Sup).

terminated_child_does_not_count(T) ->
    {ok, Sup} = sup(T, flags(one_for_all, 0), abc(T)),
    say(T, [supervisor:terminate_child(Sup, b)]),
    say(T, [states(Sup)]),
    say(T, [refused(supervisor:restart_child(Sup, b))]),
    say(T, [states(Sup)]),
    finish(Sup).

restart_that_is_not_wanted(T) ->
    [begin
         Once = {starts, Type},
         {ok, Sup} = sup(T, flags(one_for_one),
                         [spec(T, a, #{restart => Type, start => {kids, start, [T, a, fun (_) ->
                             case count(T, Once) of
                                 1 -> ok;
                                 _ -> ignore
                             end
                         end]}})]),
         stop(Sup, a, odd),
         until_gone(Sup, a),
         say(T, [states(Sup)]),
         finish(Sup)
     end || Type <- [permanent, transient]].

killed_supervisor_comes_back(T) ->
    {ok, Sup} = sup(T, flags(one_for_one),
                    [inner(T, 1, #{start => {kids, sup_link, [flags(one_for_one), []]}})]),
    Old = pid(Sup, inner),
    {ok, Child} = supervisor:start_child(Old, #{id => x, start => {erlang, apply, [fun () ->
        {ok, spawn_link(fun () -> twin:idle() end)}
    end, []]}}),
    as(T, x, Child),
    as(T, m, monitor(process, Child)),
    exit(Old, kill),
    say(T, [got, twin:await_down()]),
    until_restarted(Sup, inner, Old),
    say(T, [ids(Sup), ids(pid(Sup, inner))]),
    finish(Sup).
