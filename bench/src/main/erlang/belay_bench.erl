%% The workloads of the bench on Erlang: one row, first to warm up, then measured, in the same way
%% and with the same output as on the other systems. Each iteration has a driver of its own, spawned
%% with default flags.
-module(belay_bench).

-export([main/1, now_nanos/0, took/1, allocated/0]).

-define(PAIRS, 100).
-define(SENDERS, 8).
-define(MEMBERS, 1000).
-define(LIMIT, 300000).

main([Row, Size, WarmUp, Measure, Iterations]) ->
    try
        belay_bench_nodes:meet(),
        measure(
            list_to_atom(Row),
            list_to_integer(Size),
            list_to_integer(WarmUp),
            list_to_integer(Measure),
            list_to_integer(Iterations)
        ),
        io:format("end~n"),
        halt(0)
    catch
        Class:Reason:Stack ->
            io:format(standard_error, "~p: ~p~n~p~n", [Class, Reason, Stack]),
            halt(1)
    end.

measure(memory, N, _, _, _) ->
    io:format("sample ~w~n", [memory(N) / N]);
measure(servers, N, _, _, _) ->
    io:format("sample ~w~n", [belay_bench_otp:servers(N) / N]);
measure(Row, N, WarmUp, Measure, Iterations) ->
    repeat(Row, N, WarmUp, 1, fun(_) -> ok end),
    repeat(Row, N, Measure, Iterations, fun(Nanos) ->
        io:format("sample ~w~n", [Nanos / N])
    end).

repeat(Row, N, Millis, Iterations, Report) ->
    Until = now_nanos() + Millis * 1000000,
    repeat_until(Row, N, Until, Iterations, Report).

repeat_until(Row, N, Until, Left, Report) ->
    case Left > 0 orelse now_nanos() < Until of
        true ->
            Report(once(Row, N)),
            repeat_until(Row, N, Until, Left - 1, Report);
        false ->
            ok
    end.

%% Runs a driver to its end, and waits until all that it started is gone, too.
once(Row, N) ->
    Before = erlang:system_info(process_count),
    Stage = self(),
    {_, Monitor} = spawn_monitor(fun() -> Stage ! {reading, row(Row, N)} end),
    Reading =
        receive
            {reading, R} -> R;
            {'DOWN', Monitor, process, _, Reason} -> error({the_driver_died, Reason})
        after ?LIMIT -> error(nothing_was_heard)
        end,
    receive
        {'DOWN', Monitor, process, _, normal} -> ok
    after ?LIMIT -> error(the_driver_does_not_end)
    end,
    End = await_count(Before),
    case Reading of
        {took, Nanos} -> Nanos;
        {since, Start} -> End - Start
    end.

await_count(Count) ->
    case erlang:system_info(process_count) =< Count of
        true ->
            now_nanos();
        false ->
            timer:sleep(1),
            await_count(Count)
    end.

%% The clock of the system as it is; erlang:monotonic_time may be running up to a hundredth faster or
%% slower, to catch up.
now_nanos() -> os:perf_counter(nanosecond).

took(Start) -> {took, now_nanos() - Start}.

await(_, 0) ->
    ok;
await(Word, Times) ->
    receive
        Word -> await(Word, Times - 1)
    end.

until_stopped() ->
    receive
        stop -> ok
    end.

%% --- messages --------------------------------------------------------------------------------------

row('ping-pong', Trips) ->
    Echo = spawn(fun echo/0),
    Start = now_nanos(),
    ask(Echo, self(), Trips),
    Took = took(Start),
    Echo ! stop,
    Took;
row('ping-pong-100', All) ->
    Me = self(),
    Trips = All div ?PAIRS,
    Askers = [spawn(fun() -> asker(Me, Trips) end) || _ <- lists:seq(1, ?PAIRS)],
    await(ready, ?PAIRS),
    Start = now_nanos(),
    [Asker ! go || Asker <- Askers],
    await(done, ?PAIRS),
    took(Start);
row('fan-in', All) ->
    Me = self(),
    Each = All div ?SENDERS,
    Sink = spawn(fun() -> Me ! {sum, sum(Each * ?SENDERS, 0)} end),
    Senders = [spawn(fun() -> sender(Me, Sink, Each) end) || _ <- lists:seq(1, ?SENDERS)],
    await(ready, ?SENDERS),
    Start = now_nanos(),
    [Sender ! go || Sender <- Senders],
    Sum = receive {sum, S} -> S end,
    Took = took(Start),
    Sum = ?SENDERS * (Each * (Each + 1) div 2),
    Took;
row(ring, Hops) ->
    Me = self(),
    Tail = spawn(fun() -> receive {next, Next} -> hand_on(Next, Me) end end),
    Members = [Head | _] = ring(?MEMBERS - 1, [Tail], Me),
    Tail ! {next, Head},
    %% Once round, so that everybody is there.
    Head ! ?MEMBERS,
    await(done, 1),
    Start = now_nanos(),
    Head ! Hops,
    await(done, 1),
    Took = took(Start),
    [Member ! stop || Member <- Members],
    Took;
%% --- comings and goings ----------------------------------------------------------------------------

row(spawn, N) ->
    Start = now_nanos(),
    spawn_each(self(), N),
    {since, Start};
row(million, N) ->
    Start = now_nanos(),
    Pids = spawn_all(N, []),
    stop_all(Pids),
    {since, Start};
%% --- links and monitors ----------------------------------------------------------------------------

row(chain, N) ->
    First = spawn(fun until_stopped/0),
    Last = chain(N - 1, First, self()),
    await(ready, N - 1),
    Monitor = monitor(process, Last),
    Start = now_nanos(),
    exit(First, boom),
    receive
        {'DOWN', Monitor, process, Last, boom} -> took(Start)
    end;
row(star, N) ->
    Me = self(),
    Hub = spawn(fun until_stopped/0),
    spawn_linked_with(N, Hub, Me),
    await(ready, N),
    Start = now_nanos(),
    exit(Hub, boom),
    {since, Start};
row(monitored, N) ->
    Pids = monitored(N, self(), []),
    await(ready, N),
    Start = now_nanos(),
    stop_all(Pids),
    await_downs(N),
    took(Start);
row(monitor, N) ->
    there_and_back(N, fun(Other, Pairs) -> monitor_and_back(Other, Pairs) end);
row(link, N) ->
    there_and_back(N, fun(Other, Pairs) -> link_and_back(Other, Pairs) end);
%% --- servers, supervisors, tasks; other nodes; terms -----------------------------------------------

row(Row, N) ->
    case atom_to_list(Row) of
        "nodes-" ++ _ -> belay_bench_nodes:row(Row, N);
        "encode-" ++ _ -> belay_bench_terms:row(Row, N);
        "decode-" ++ _ -> belay_bench_terms:row(Row, N);
        _ -> belay_bench_otp:row(Row, N)
    end.

echo() ->
    receive
        {ask, From} ->
            From ! pong,
            echo();
        stop ->
            ok
    end.

ask(_, _, 0) ->
    ok;
ask(Echo, Me, Trips) ->
    Echo ! {ask, Me},
    receive
        pong -> ask(Echo, Me, Trips - 1)
    end.

asker(Driver, Trips) ->
    Echo = spawn(fun echo/0),
    Driver ! ready,
    receive
        go -> ok
    end,
    ask(Echo, self(), Trips),
    Driver ! done,
    Echo ! stop.

sender(Driver, Sink, Each) ->
    Driver ! ready,
    receive
        go -> send_numbers(Sink, 1, Each)
    end.

send_numbers(_, N, Each) when N > Each ->
    ok;
send_numbers(Sink, N, Each) ->
    Sink ! N,
    send_numbers(Sink, N + 1, Each).

sum(0, Sum) ->
    Sum;
sum(Left, Sum) ->
    receive
        N -> sum(Left - 1, Sum + N)
    end.

ring(0, Members, _) ->
    Members;
ring(Left, [Next | _] = Members, Driver) ->
    ring(Left - 1, [spawn(fun() -> hand_on(Next, Driver) end) | Members], Driver).

hand_on(Next, Driver) ->
    receive
        0 ->
            Driver ! done,
            hand_on(Next, Driver);
        Left when is_integer(Left) ->
            Next ! Left - 1,
            hand_on(Next, Driver);
        stop ->
            ok
    end.

spawn_each(_, 0) ->
    ok;
spawn_each(Me, Left) ->
    spawn(fun() -> Me ! ready end),
    receive
        ready -> spawn_each(Me, Left - 1)
    end.

spawn_all(0, Pids) -> Pids;
spawn_all(Left, Pids) -> spawn_all(Left - 1, [spawn(fun until_stopped/0) | Pids]).

stop_all([]) ->
    ok;
stop_all([Pid | Pids]) ->
    Pid ! stop,
    stop_all(Pids).

chain(0, Last, _) ->
    Last;
chain(Left, Last, Driver) ->
    chain(Left - 1, spawn_linked_with(Last, Driver), Driver).

spawn_linked_with(0, _, _) ->
    ok;
spawn_linked_with(Left, Other, Driver) ->
    spawn_linked_with(Other, Driver),
    spawn_linked_with(Left - 1, Other, Driver).

spawn_linked_with(Other, Driver) ->
    spawn(fun() ->
        link(Other),
        Driver ! ready,
        until_stopped()
    end).

monitored(0, _, Pids) ->
    Pids;
monitored(Left, Driver, Pids) ->
    Pid = spawn(fun() -> announced(Driver) end),
    monitor(process, Pid),
    monitored(Left - 1, Driver, [Pid | Pids]).

announced(Driver) ->
    Driver ! ready,
    until_stopped().

await_downs(0) ->
    ok;
await_downs(Left) ->
    receive
        {'DOWN', _, process, _, normal} -> await_downs(Left - 1)
    end.

there_and_back(N, Loop) ->
    Other = spawn(fun until_stopped/0),
    Start = now_nanos(),
    Loop(Other, N),
    Took = took(Start),
    [{links, []}, {monitored_by, []}] = process_info(Other, [links, monitored_by]),
    Other ! stop,
    Took.

monitor_and_back(_, 0) ->
    ok;
monitor_and_back(Other, Left) ->
    demonitor(monitor(process, Other), [flush]),
    monitor_and_back(Other, Left - 1).

link_and_back(_, 0) ->
    ok;
link_and_back(Other, Left) ->
    link(Other),
    unlink(Other),
    link_and_back(Other, Left - 1).

%% --- memory ----------------------------------------------------------------------------------------

%% Bytes of processes that wait for a message: the memory that the emulator has allocated with so many
%% of them, less that without. So many come first, so that what is made once is not counted.
memory(N) ->
    crowd(2000),
    Before = allocated(),
    crowd(N),
    allocated() - Before.

crowd(N) ->
    Before = erlang:system_info(process_count),
    Me = self(),
    announced_crowd(N, Me),
    await(ready, N),
    N = erlang:system_info(process_count) - Before.

announced_crowd(0, _) ->
    ok;
announced_crowd(N, Me) ->
    spawn(fun() -> announced(Me) end),
    announced_crowd(N - 1, Me).

%% The garbage of the one process that does all this is not counted.
allocated() ->
    erlang:garbage_collect(),
    erlang:memory(total).
