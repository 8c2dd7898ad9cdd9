%% The puppet on Erlang: what the conformance node of Belay has to be like.
%%
%% It keeps what it is sent in its mailbox, as Belay's does.
-module(puppet).

-export([start/0, loop/0]).

-define(IS_REQUEST(M),
        (is_tuple(M) andalso tuple_size(M) =:= 4 andalso element(1, M) =:= do)).

%% Starts the puppeteer of this node.
start() ->
    register(puppeteer, spawn(fun puppeteer/0)).

puppeteer() ->
    receive
        {start, From, Ref} when is_pid(From) ->
            From ! {started, Ref, spawn(puppet, loop, [])};
        _ -> ignored
    end,
    puppeteer().

loop() ->
    receive
        {do, _, _, return} -> ok;
        {do, From, Ref, Op} ->
            From ! {done, Ref, outcome(Op)},
            loop()
    end.

%% What ends the puppet does so outside of a try.
outcome({exit, Reason}) -> exit(Reason);
outcome({error, Reason}) -> error(Reason);
outcome({throw, Term}) -> throw(Term);
outcome(return) -> exit(normal);
outcome({batch, Ops}) when is_list(Ops) -> {ok, [outcome(Op) || Op <- Ops]};
outcome({batch, _}) -> {raised, error, badarg};
outcome(Op) ->
    try {ok, do(Op)} catch Class:Reason -> {raised, Class, Reason} end.

do(self) -> self();
do(node) -> node();
do({link, Pid}) -> link(Pid);
do({unlink, Pid}) -> unlink(Pid);
do({monitor, Item}) -> monitor(process, Item);
do({monitor, Item, Opts}) -> monitor(process, Item, Opts);
do({demonitor, Ref}) -> demonitor(Ref);
do({demonitor, Ref, Opts}) -> demonitor(Ref, Opts);
do({trap_exit, Bool}) -> process_flag(trap_exit, Bool);
do({exit, Pid, Reason}) -> exit(Pid, Reason);
do({send, Dest, Msg}) -> Dest ! Msg;
do({spawn, Opts}) -> spawn_opt(puppet, loop, [], checked(Opts));
do({spawn, Node, Opts}) -> spawn_opt(Node, puppet, loop, [], checked(Opts));
do({register, Name}) -> register(Name, self());
do({unregister, Name}) -> unregister(Name);
do({whereis, Name}) -> whereis(Name);
do(alias) -> alias();
do({alias, Opts}) -> alias(Opts);
do({unalias, Ref}) -> unalias(Ref);
do({is_alive, Pid}) -> is_process_alive(Pid);
do({info, Pid, Item}) ->
    Known = [links, monitors, monitored_by, message_queue_len, trap_exit,
             registered_name, status],
    lists:member(Item, Known) orelse error(badarg),
    process_info(Pid, Item);
do(received) -> received();
do({await, Ms}) ->
    receive M when not ?IS_REQUEST(M) -> {message, M} after Ms -> timeout end;
do({await, Tag, Ms}) ->
    receive
        M when not ?IS_REQUEST(M), is_tuple(M), tuple_size(M) > 0,
               element(1, M) =:= Tag -> {message, M}
    after Ms -> timeout
    end;
do({sleep, Ms}) -> receive after Ms -> ok end;
do({spin, Ms}) when is_integer(Ms), Ms >= 0 ->
    spin(erlang:monotonic_time(millisecond) + Ms);
do({spin, _}) -> error(badarg);
do(spin) -> spin(infinity);
do({send_after, Ms, Dest, Msg}) -> erlang:send_after(Ms, Dest, Msg);
do({cancel_timer, TRef}) -> erlang:cancel_timer(TRef);
do({read_timer, TRef}) -> erlang:read_timer(TRef);
do({monitor_node, Node, Bool}) -> monitor_node(Node, Bool);
do({monitor_nodes, Bool}) -> net_kernel:monitor_nodes(Bool);
do(nodes) -> nodes();
do({disconnect, Node}) -> erlang:disconnect_node(Node);
do(Op) -> error({badop, Op}).

checked(Opts) when is_list(Opts) ->
    try lists:all(fun(O) -> O =:= link orelse O =:= monitor end, Opts) of
        true -> Opts;
        false -> error(badarg)
    catch error:_ -> error(badarg)
    end;
checked(_) -> error(badarg).

received() ->
    receive
        M when not ?IS_REQUEST(M) -> [M | received()]
    after 0 -> []
    end.

spin(Until) ->
    case erlang:monotonic_time(millisecond) >= Until of
        true -> ok;
        false -> spin(Until)
    end.
