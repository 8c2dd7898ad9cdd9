%% The workloads between nodes on Erlang: that of the node that measures, and that of the other one,
%% which is the same as FarParts on Belay. A driver asks the process that is registered as station
%% for a helper over there, with {Part, Driver, Size}. That says {made, Helper, Pids}, with the
%% processes that it has spawned, and does its part.
-module(belay_bench_nodes).

-export([far/0, meet/0, row/2]).

-import(belay_bench, [now_nanos/0, took/1]).

-define(FAR, far@localhost).
-define(KILOBYTE, 1024).
-define(TRIES, 3000).

%% --- the node that measures ------------------------------------------------------------------------

%% Connects with the other node, if this one is a node of a cluster.
meet() ->
    case node() of
        nonode@nohost -> ok;
        _ -> connect(?TRIES)
    end.

connect(0) ->
    error(cannot_be_connected);
connect(Tries) ->
    case net_kernel:connect_node(?FAR) of
        true ->
            ok;
        _ ->
            timer:sleep(10),
            connect(Tries - 1)
    end.

row('nodes-ping-pong', Trips) ->
    Echo = linked_helper(echo, Trips),
    Start = now_nanos(),
    ask(Echo, self(), Trips),
    Took = took(Start),
    Echo ! stop,
    Took;
row('nodes-send', N) ->
    Sink = linked_helper(sink, N),
    Start = now_nanos(),
    send_numbers(Sink, 1, N),
    Sum = receive S when is_integer(S) -> S end,
    Took = took(Start),
    Sum = N * (N + 1) div 2,
    Took;
row('nodes-send-1k', N) ->
    Sink = linked_helper(sink_1k, N),
    Bytes = binary:copy(<<0>>, ?KILOBYTE),
    Start = now_nanos(),
    send_kilobytes(Sink, Bytes, 1, N),
    Sum = receive S when is_integer(S) -> S end,
    Took = took(Start),
    Sum = N * (N + 1) div 2 + N * ?KILOBYTE,
    Took;
row('nodes-monitor', N) ->
    {Helper, Pids} = make(crowd, N),
    link(Helper),
    Start = now_nanos(),
    monitor_all(Pids),
    Helper ! stop,
    await_downs(N),
    Took = took(Start),
    N = length(Pids),
    Took;
%% The other node closes the connection, as if it had gone. It has seen each link and monitor before,
%% and says when it is asked afterwards that each of its processes has heard, too.
row('nodes-cut', N) ->
    {Helper, Pids} = make(bonds, N),
    Me = self(),
    [spawn(fun() -> bound(Pid, Me) end) || Pid <- Pids],
    await(ready, N),
    ask(Helper, Me, 1),
    Start = now_nanos(),
    Helper ! cut,
    await(done, N),
    Took = took(Start),
    connect(?TRIES),
    ask(Helper, Me, 1),
    Took.

make(Part, Size) ->
    {station, ?FAR} ! {Part, self(), Size},
    receive
        {made, Helper, Pids} -> {Helper, Pids}
    end.

%% Who is linked does not wait for a node that is gone.
linked_helper(Part, Size) ->
    {Helper, []} = make(Part, Size),
    link(Helper),
    Helper.

ask(_, _, 0) ->
    ok;
ask(Echo, Me, Trips) ->
    Echo ! {ask, Me},
    receive
        pong -> ask(Echo, Me, Trips - 1)
    end.

send_numbers(_, N, Last) when N > Last ->
    ok;
send_numbers(Sink, N, Last) ->
    Sink ! N,
    send_numbers(Sink, N + 1, Last).

send_kilobytes(_, _, N, Last) when N > Last ->
    ok;
send_kilobytes(Sink, Bytes, N, Last) ->
    Sink ! {N, Bytes},
    send_kilobytes(Sink, Bytes, N + 1, Last).

monitor_all([]) ->
    ok;
monitor_all([Pid | Pids]) ->
    monitor(process, Pid),
    monitor_all(Pids).

await_downs(0) ->
    ok;
await_downs(Left) ->
    receive
        {'DOWN', _, process, _, Reason} ->
            normal = Reason,
            await_downs(Left - 1)
    end.

bound(Other, Driver) ->
    process_flag(trap_exit, true),
    link(Other),
    Monitor = monitor(process, Other),
    Driver ! ready,
    receive
        {'EXIT', Other, noconnection} -> ok
    end,
    receive
        {'DOWN', Monitor, process, Other, noconnection} -> ok
    end,
    Driver ! done.

await(_, 0) ->
    ok;
await(Word, Times) ->
    receive
        Word -> await(Word, Times - 1)
    end.

%% --- the other node --------------------------------------------------------------------------------

%% Says when the node can be connected to, and ends with its input.
far() ->
    register(station, spawn(fun station/0)),
    io:format("ready ~s~n", [node()]),
    until_end_of_input().

until_end_of_input() ->
    case io:get_line("") of
        Line when is_list(Line) -> until_end_of_input();
        _ -> halt(0)
    end.

station() ->
    receive
        {Part, Driver, Size} ->
            spawn(fun() -> part(Part, Driver, Size) end),
            station()
    end.

part(echo, Driver, _) ->
    made(Driver, []),
    echo();
part(sink, Driver, Messages) ->
    made(Driver, []),
    Driver ! sum(Messages, 0);
part(sink_1k, Driver, Messages) ->
    made(Driver, []),
    Driver ! sum_of_kilobytes(Messages, 0);
part(crowd, Driver, Size) ->
    Pids = [spawn(fun until_stopped/0) || _ <- lists:seq(1, Size)],
    made(Driver, Pids),
    receive
        stop -> ok
    end,
    stop_all(Pids);
part(bonds, Driver, Size) ->
    Pids = [element(1, spawn_monitor(fun until_stopped/0)) || _ <- lists:seq(1, Size)],
    made(Driver, Pids),
    answer(fun() -> [await_bound(Pid) || Pid <- Pids] end),
    receive
        cut -> ok
    end,
    true = erlang:disconnect_node(node(Driver)),
    await_losses(Size),
    answer(fun() -> ok end).

made(Driver, Pids) ->
    Driver ! {made, self(), Pids}.

echo() ->
    receive
        {ask, From} ->
            From ! pong,
            echo();
        stop ->
            ok
    end.

sum(0, Sum) ->
    Sum;
sum(Left, Sum) ->
    receive
        N -> sum(Left - 1, Sum + N)
    end.

sum_of_kilobytes(0, Sum) ->
    Sum;
sum_of_kilobytes(Left, Sum) ->
    receive
        {N, Bytes} -> sum_of_kilobytes(Left - 1, Sum + N + byte_size(Bytes))
    end.

%% Answers one question, when something has been done.
answer(First) ->
    receive
        {ask, From} ->
            First(),
            From ! pong
    end.

%% Waits until a process is linked, and monitored by another one than this.
await_bound(Pid) ->
    case process_info(Pid, [links, monitored_by]) of
        [{links, [_]}, {monitored_by, [_, _]}] ->
            ok;
        _ ->
            timer:sleep(1),
            await_bound(Pid)
    end.

await_losses(0) ->
    ok;
await_losses(Left) ->
    receive
        {'DOWN', _, process, _, Reason} ->
            noconnection = Reason,
            await_losses(Left - 1)
    end.

until_stopped() ->
    receive
        stop -> ok
    end.

stop_all([]) ->
    ok;
stop_all([Pid | Pids]) ->
    Pid ! stop,
    stop_all(Pids).
