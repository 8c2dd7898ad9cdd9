%% The trace of a scenario, and the steps that scenarios share.
%%
%% A scenario is an exported function of one argument, the trace, in a module
%% whose name begins with "twin_"; it runs as a process of its own, with the
%% role "main". Its twin is the Java method of the same name in package
%% dev.belay.twins, where the format of traces is described (class Trace).
-module(twin).

-export([run/2]).
-export([as/3, as/4, say/2, say_in/3, set/1]).
-export([await/1, await_exit/0, await_down/0, await_down/1, next/0, drain/0]).
-export([idle/0, until/1, until_dead/1, until_queued/1, attempt/1]).
-export([links/1, monitors/1, monitored_by/1, queue_length/1]).

-define(FEWEST_ROUNDS, 2).
-define(MOST_ROUNDS, 10).
-define(MILLIS_FOR_ROUNDS, 15).
-define(TIME_LIMIT, 20000).

%% Runs every scenario of these modules, several times each, and writes the
%% traces to a file.
run(Modules, File) ->
    logger:set_primary_config(level, none),
    {ok, Out} = file:open(File, [write, {encoding, utf8}]),
    [rounds(Out, Module, Name, 1, millis() + ?MILLIS_FOR_ROUNDS)
     || Module <- Modules, Name <- scenarios(Module)],
    ok = file:close(Out).

scenarios(Module) ->
    lists:sort([Name || {Name, 1} <- Module:module_info(exports),
                        Name =/= module_info]).

rounds(Out, Module, Name, Round, Deadline) ->
    "twin_" ++ Theme = atom_to_list(Module),
    io:format(Out, "# ~s/~s~n", [Theme, Name]),
    [io:format(Out, "~ts: ~ts~n", [Lane, Text])
     || {Lane, Text} <- round(Module, Name)],
    More = Round < ?FEWEST_ROUNDS orelse
        (Round < ?MOST_ROUNDS andalso millis() < Deadline),
    More andalso rounds(Out, Module, Name, Round + 1, Deadline).

round(Module, Name) ->
    Before = processes(),
    Trace = ets:new(trace, [public, ordered_set]),
    {Main, Ref} = spawn_monitor(fun () -> Module:Name(Trace) end),
    as(Trace, main, Main),
    Failure =
        receive
            {'DOWN', Ref, process, Main, normal} -> [];
            {'DOWN', Ref, process, Main, Reason} ->
                [{"!", io_lib:format("main ended: ~0tp", [Reason])}]
        after ?TIME_LIMIT ->
            [{"!", io_lib:format("main did not end within ~w ms, its queue: ~0tp",
                                 [?TIME_LIMIT, process_info(Main, messages)])}]
        end,
    Lines = lines(Trace),
    [clear_away(P) || P <- processes() -- Before],
    ets:delete(Trace),
    Lines ++ Failure.

clear_away(Pid) ->
    exit(Pid, kill),
    is_process_alive(Pid).

millis() ->
    %% Counted from the start of this run-time system: never negative.
    erlang:convert_time_unit(
      erlang:monotonic_time() - erlang:system_info(start_time),
      native, millisecond).

%% ---- the trace

%% Gives a process, a reference or a timer its name in the trace.
as(Trace, Role, What) ->
    ets:insert(Trace, {{role, What}, Role}),
    What.

%% The same for what spawn_monitor returns.
as(Trace, PidRole, RefRole, {Pid, Ref}) ->
    {as(Trace, PidRole, Pid), as(Trace, RefRole, Ref)}.

%% Writes a line into the lane of the calling process.
say(Trace, Words) ->
    say_in(Trace, self(), Words).

%% Writes a line into a lane; the lines of a lane whose name begins with "~"
%% are not in any order.
say_in(Trace, Lane, Words) ->
    Number = erlang:unique_integer([monotonic]),
    ets:insert(Trace, {{line, Number}, Lane, Words}).

%% A list whose elements are in no order.
set(List) ->
    {'$set', List}.

lines(Trace) ->
    [{lane(Trace, Lane), lists:join(" ", [show(Trace, W) || W <- Words])}
     || {{line, _}, Lane, Words} <- ets:tab2list(Trace)].

lane(Trace, Pid) when is_pid(Pid) -> show(Trace, Pid);
lane(_, Name) -> atom_to_list(Name).

show(Trace, X) when is_pid(X); is_reference(X) ->
    case ets:lookup(Trace, {role, X}) of
        [{_, Role}] -> atom_to_list(Role);
        [] -> "?"
    end;
show(_, X) when X =:= node() ->
    "node";
show(_, X) when is_atom(X) ->
    atom_to_list(X);
show(_, X) when is_integer(X) ->
    integer_to_list(X);
show(Trace, [X | Y]) when not is_list(Y) ->
    ["[", show(Trace, X), "|", show(Trace, Y), "]"];
show(Trace, X) when is_list(X) ->
    ["[", lists:join(",", [show(Trace, E) || E <- X]), "]"];
show(Trace, {'$set', X}) ->
    ["[", lists:join(",", lists:sort([lists:flatten(show(Trace, E)) || E <- X])),
     "]"];
show(Trace, {X, [{M, F, _, L} | _]}) when is_atom(M), is_atom(F), is_list(L) ->
    %% A reason that carries a stack trace: an uncaught error or throw.
    ["{crash,", show(Trace, X), "}"];
show(Trace, {X, {M, call, _}}) when M =:= gen_server; M =:= gen_statem ->
    %% The reason of one whose call has failed.
    ["{call_failed,", show(Trace, X), "}"];
show(Trace, X) when is_tuple(X) ->
    ["{", lists:join(",", [show(Trace, E) || E <- tuple_to_list(X)]), "}"].

%% ---- steps

%% Takes this very message.
await(Message) ->
    receive Message -> Message end.

%% Takes the oldest exit message.
await_exit() ->
    receive {'EXIT', _, _} = Exit -> Exit end.

%% Takes the oldest down message.
await_down() ->
    receive {'DOWN', _, _, _, _} = Down -> Down end.

%% Takes the message of this monitor, whatever its tag.
await_down(Ref) ->
    receive {_, Ref, process, _, _} = Down -> Down end.

%% Takes the oldest message, if there is one.
next() ->
    receive Message -> Message
    after 0 -> nothing
    end.

%% Takes all messages.
drain() ->
    receive Message -> [Message | drain()]
    after 0 -> []
    end.

%% Waits for the message "stop", leaving all others.
idle() ->
    await(stop).

%% Waits until a condition holds.
until(Condition) ->
    until(Condition, millis() + ?TIME_LIMIT div 2).

until(Condition, Deadline) ->
    case Condition() of
        true -> true;
        false ->
            case millis() > Deadline of
                true -> error(never_came_true);
                false ->
                    %% Looking for a message has those fetched that have come;
                    %% neither a pause nor process_info/2 does, on a busy machine.
                    receive '$never' -> ok after 1 -> ok end,
                    until(Condition, Deadline)
            end
    end.

%% Waits until a process has ended.
until_dead(Pid) ->
    Ref = monitor(process, Pid),
    receive {'DOWN', Ref, process, Pid, _} -> dead end.

%% Waits until the caller has so many messages.
until_queued(Count) ->
    until(fun () -> queue_length(self()) >= Count end).

%% Calls a function for its effect: done, or refused because its arguments are
%% wrong or the process or name does not exist.
attempt(F) ->
    try F() of
        _ -> done
    catch
        error:badarg -> refused;
        error:noproc -> refused
    end.

%% ---- looking at processes

links(Pid) ->
    {links, L} = process_info(Pid, links),
    set(L).

monitors(Pid) ->
    {monitors, L} = process_info(Pid, monitors),
    set([P || {process, P} <- L]).

monitored_by(Pid) ->
    {monitored_by, L} = process_info(Pid, monitored_by),
    set(L).

queue_length(Pid) ->
    {message_queue_len, Length} = process_info(Pid, message_queue_len),
    Length.
