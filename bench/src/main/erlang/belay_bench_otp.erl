%% The workloads with servers, state machines, supervisors and tasks on Erlang, and the callbacks of
%% all of these: what begins is told apart by its argument.
-module(belay_bench_otp).

-export([row/2, servers/1]).
-export([init/1, handle_call/3, handle_cast/2, callback_mode/0, locked/3, open/3]).
-export([start_child/1, start_branch/0]).

-define(BRANCHES, 100).
%% How often the child of one supervisor is killed; and that is not too often. A supervisor looks
%% through its restarts of the last second each time.
-define(RESTARTS, 100).

-import(belay_bench, [now_nanos/0, took/1]).

row(call, N) ->
    {ok, Server} = gen_server:start(?MODULE, server, []),
    Start = now_nanos(),
    call(Server, 0, N),
    Took = took(Start),
    ok = gen_server:stop(Server),
    Took;
row(cast, N) ->
    {ok, Server} = gen_server:start(?MODULE, server, []),
    Start = now_nanos(),
    cast(Server, 0, N),
    Sum = gen_server:call(Server, sum, infinity),
    Took = took(Start),
    Sum = N * (N - 1) div 2,
    ok = gen_server:stop(Server),
    Took;
row(event, N) ->
    {ok, Machine} = gen_statem:start(?MODULE, machine, []),
    Start = now_nanos(),
    event(Machine, N),
    Passed = gen_statem:call(Machine, passed),
    Took = took(Start),
    Passed = N div 2,
    ok = gen_statem:stop(Machine),
    Took;
row('event-call', N) ->
    {ok, Machine} = gen_statem:start(?MODULE, machine, []),
    Start = now_nanos(),
    turn(Machine, N),
    Took = took(Start),
    ok = gen_statem:stop(Machine),
    Took;
row(restarts, N) ->
    %% What is measured is not the log.
    logger:set_primary_config(level, none),
    Me = self(),
    Pairs = [restarting(Me) || _ <- lists:seq(1, N div ?RESTARTS)],
    Start = now_nanos(),
    [restart(Child, ?RESTARTS) || {_, Child} <- Pairs],
    Took = took(Start),
    [stop(Supervisor) || {Supervisor, _} <- Pairs],
    Took;
row(tree, N) ->
    {ok, Root} = supervisor:start_link(?MODULE, tree),
    Start = now_nanos(),
    tree(Root, N div ?BRANCHES),
    Took = took(Start),
    stop(Root),
    Took;
row('tree-stop', N) ->
    {ok, Root} = supervisor:start_link(?MODULE, tree),
    tree(Root, N div ?BRANCHES),
    Start = now_nanos(),
    stop(Root),
    took(Start);
row(task, N) ->
    Start = now_nanos(),
    tasks(N),
    took(Start).

call(_, N, N) ->
    ok;
call(Server, I, N) ->
    I = gen_server:call(Server, {echo, I}),
    call(Server, I + 1, N).

cast(_, N, N) ->
    ok;
cast(Server, I, N) ->
    gen_server:cast(Server, {add, I}),
    cast(Server, I + 1, N).

event(_, 0) ->
    ok;
event(Machine, 1) ->
    gen_statem:cast(Machine, coin);
event(Machine, Left) ->
    gen_statem:cast(Machine, coin),
    gen_statem:cast(Machine, push),
    event(Machine, Left - 2).

turn(_, 0) ->
    ok;
turn(Machine, 1) ->
    open = gen_statem:call(Machine, turn),
    ok;
turn(Machine, Left) ->
    open = gen_statem:call(Machine, turn),
    locked = gen_statem:call(Machine, turn),
    turn(Machine, Left - 2).

restarting(Me) ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, {restarts, Me}),
    receive
        {child, Child} -> {Supervisor, Child}
    end.

restart(_, 0) ->
    ok;
restart(Child, Left) ->
    exit(Child, kill),
    receive
        {child, Next} -> restart(Next, Left - 1)
    end.

tree(Root, Each) ->
    [branch(Root, I, Each) || I <- lists:seq(1, ?BRANCHES)].

branch(Root, I, Each) ->
    Spec = #{id => I, start => {?MODULE, start_branch, []}, type => supervisor},
    {ok, Branch} = supervisor:start_child(Root, Spec),
    [{ok, _} = supervisor:start_child(Branch, []) || _ <- lists:seq(1, Each)].

stop(Supervisor) ->
    unlink(Supervisor),
    ok = gen_server:stop(Supervisor, shutdown, infinity).

%% As Elixir's Task does it.
tasks(0) ->
    ok;
tasks(Left) ->
    Task = spawn_link(fun() ->
        receive
            {work, Reply} -> Reply ! {Reply, Left}
        end
    end),
    Ref = monitor(process, Task, [{alias, demonitor}]),
    Task ! {work, Ref},
    receive
        {Ref, Left} ->
            demonitor(Ref, [flush]),
            tasks(Left - 1);
        {'DOWN', Ref, process, _, Reason} ->
            exit(Reason)
    after 5000 -> exit(timeout)
    end.

%% Bytes of servers that wait for a message, as with processes; each is called afterwards. Who they
%% are is found out then, so that nothing but the servers is counted.
servers(N) ->
    crowd(2000),
    Others = processes(),
    Before = belay_bench:allocated(),
    crowd(N),
    Bytes = belay_bench:allocated() - Before,
    Servers = processes() -- Others,
    N = length(Servers),
    [I = gen_server:call(Server, {echo, I}) || {I, Server} <- lists:enumerate(Servers)],
    Bytes.

crowd(0) ->
    ok;
crowd(N) ->
    {ok, _} = gen_server:start(?MODULE, stateless, []),
    crowd(N - 1).

%% --- callbacks -------------------------------------------------------------------------------------

start_child(Argument) ->
    gen_server:start_link(?MODULE, Argument, []).

start_branch() ->
    supervisor:start_link(?MODULE, branch).

init(server) ->
    {ok, 0};
init(stateless) ->
    {ok, []};
init({announcing, Driver}) ->
    Driver ! {child, self()},
    {ok, []};
init(machine) ->
    {ok, locked, 0};
init({restarts, Driver}) ->
    Start = {?MODULE, start_child, [{announcing, Driver}]},
    {ok, {#{intensity => ?RESTARTS, period => 1}, [#{id => child, start => Start}]}};
init(tree) ->
    {ok, {#{}, []}};
init(branch) ->
    Leaf = #{id => leaf, start => {?MODULE, start_child, [server]}},
    {ok, {#{strategy => simple_one_for_one}, [Leaf]}}.

handle_call({echo, I}, _, State) -> {reply, I, State};
handle_call(sum, _, Sum) -> {reply, Sum, Sum}.

handle_cast({add, I}, Sum) -> {noreply, Sum + I}.

callback_mode() -> state_functions.

locked(cast, coin, Passed) -> {next_state, open, Passed};
locked(cast, push, _) -> keep_state_and_data;
locked({call, From}, turn, Passed) -> {next_state, open, Passed, {reply, From, open}};
locked({call, From}, passed, Passed) -> {keep_state_and_data, {reply, From, Passed}}.

open(cast, coin, _) -> keep_state_and_data;
open(cast, push, Passed) -> {next_state, locked, Passed + 1};
open({call, From}, turn, Passed) -> {next_state, locked, Passed + 1, {reply, From, locked}};
open({call, From}, passed, Passed) -> {keep_state_and_data, {reply, From, Passed}}.
