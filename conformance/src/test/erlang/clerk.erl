%% A server that does what it is told: its requests, messages and what it goes
%% on with are functions that return what handlers return. What it does with
%% other messages, with a timeout and in the end is in its state. Its twin is
%% the class Clerk. Also the steps that scenarios with servers share.
-module(clerk).
-behaviour(gen_server).

-export([start/0, start/1, listening/1, called/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_continue/2, handle_info/2,
         terminate/2]).

-import(twin, [say/2]).

start() ->
    start(fun () -> {ok, #{}} end).

start(Init) ->
    {ok, Pid} = gen_server:start(?MODULE, Init, []),
    Pid.

%% Begins as one that traps exits, and says what comes and how it ends.
listening(T) ->
    fun () ->
        process_flag(trap_exit, true),
        {ok, #{info => fun (Message, S) -> say(T, [info, Message]), {noreply, S} end,
               timeout => fun (S) -> say(T, [timeout]), {noreply, S} end,
               terminate => fun (Reason) -> say(T, [terminate, Reason]) end}}
    end.

%% What comes of a call, or of stopping somebody.
called(F) ->
    try F() of
        Reply -> {reply, Reply}
    catch
        exit:{Reason, {_, call, _}} -> {failed, Reason};
        exit:Reason -> {failed, Reason}
    end.

init(Init) -> Init().

handle_call(Do, From, State) -> Do(From, State).

handle_cast(Do, State) -> Do(State).

handle_continue(Do, State) -> Do(State).

handle_info(timeout, #{timeout := Do} = State) -> Do(State);
handle_info(Message, #{info := Do} = State) -> Do(Message, State);
handle_info(_, State) -> {noreply, State}.

terminate(Reason, #{terminate := Do}) -> Do(Reason);
terminate(_, _) -> ok.
