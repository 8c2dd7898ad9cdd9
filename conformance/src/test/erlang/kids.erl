%% Supervisors whose children say what happens to them, in the lane "life": that
%% they start, and, since they trap exits, with which reason they end. The role
%% of a child is its id and how often it has been started. Also a supervisor
%% that starts what it is given. Its twin is the class Kids.
-module(kids).
-behaviour(supervisor).

-export([sup/3, sup_link/2, init/1, spec/2, spec/3, start/2, start/3, pid/2, tell/3,
         stop/3, until_restarted/3, until_gone/2, ids/1, states/1, counts/1,
         refused/1, count/2]).

-import(twin, [as/3, say_in/3, until/1]).

%% Starts a supervisor with the role "sup", linked with a caller that traps
%% exits. What OTP 25 leaves in the mailbox of a starter that fails is taken
%% away (PL13).
sup(T, Flags, Specs) ->
    process_flag(trap_exit, true),
    case sup_link(Flags, Specs) of
        {ok, Pid} -> {ok, as(T, sup, Pid)};
        Other -> receive {'EXIT', _, _} -> Other end
    end.

sup_link(Flags, Specs) ->
    supervisor:start_link(?MODULE, {Flags, Specs}).

init(What) ->
    {ok, What}.

spec(T, Id) ->
    spec(T, Id, #{}).

spec(T, Id, More) ->
    maps:merge(#{id => Id, start => {?MODULE, start, [T, Id]}}, More).

%% Starts a child.
start(T, Id) ->
    start(T, Id, fun (_) -> ok end).

%% Starts a child that does this with its role when it begins.
start(T, Id, Do) ->
    gen_server:start_link(clerk, fun () ->
        process_flag(trap_exit, true),
        Role = list_to_atom(lists:concat([Id, count(T, Id)])),
        as(T, Role, self()),
        say_in(T, life, [start, Role]),
        case Do(Role) of
            {stop, Reason} -> {stop, Reason};
            ignore -> ignore;
            _ -> {ok, #{terminate => fun (Reason) -> say_in(T, life, ['end', Role, Reason]) end}}
        end
    end, []).

%% Counts something, from 1.
count(T, What) ->
    ets:update_counter(T, {count, What}, 1, {{count, What}, 0}).

pid(Sup, Id) ->
    {Id, Pid, _, _} = lists:keyfind(Id, 1, supervisor:which_children(Sup)),
    Pid.

tell(Sup, Id, Do) ->
    gen_server:cast(pid(Sup, Id), Do).

%% Has a child end by itself.
stop(Sup, Id, Reason) ->
    tell(Sup, Id, fun (S) -> {stop, Reason, S} end).

%% Waits until a child runs, and not as this process.
until_restarted(Sup, Id, Old) ->
    until(fun () -> P = pid(Sup, Id), is_pid(P) andalso P =/= Old end).

%% Waits until a child does not run.
until_gone(Sup, Id) ->
    until(fun () ->
        case lists:keyfind(Id, 1, supervisor:which_children(Sup)) of
            {Id, Pid, _, _} -> Pid =:= undefined;
            false -> true
        end
    end).

ids(Sup) ->
    [Id || {Id, _, _, _} <- supervisor:which_children(Sup)].

states(Sup) ->
    [{Id, Pid} || {Id, Pid, _, _} <- supervisor:which_children(Sup)].

counts(Sup) ->
    [proplists:get_value(K, supervisor:count_children(Sup))
     || K <- [specs, active, supervisors, workers]].

%% What comes of something that supervisors do. Why a child did not start comes
%% without its specification and without what `catch` makes of an exception.
refused({error, {Reason, Child}}) when element(1, Child) =:= child -> refused({error, Reason});
refused({error, {'EXIT', Reason}}) -> {error, Reason};
refused(Result) -> Result.
