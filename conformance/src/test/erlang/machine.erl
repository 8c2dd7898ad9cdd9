%% A state machine that does what it is told, and says what comes: its events
%% are {Name, Fun}, of which the function gets who waits for a reply, the state
%% and the data, and returns what handlers return. What it does when it enters
%% a state, and in the end, is in its data. Its twin is the class Machine.
-module(machine).
-behaviour(gen_statem).

-export([start/2, tell/2, tell/3, ask/2, ask/3, together/2, stay/1]).
-export([init/1, callback_mode/0, handle_event/4, terminate/3]).

-import(twin, [as/3, say/2]).

start(T, Init) ->
    {ok, Pid} = gen_statem:start(?MODULE, {T, Init}, []),
    as(T, machine, Pid).

%% An event after which it stays.
stay(Name) ->
    {Name, fun (_, _, _) -> keep_state_and_data end}.

tell(Machine, Name) ->
    gen_statem:cast(Machine, stay(Name)).

tell(Machine, Name, Do) ->
    gen_statem:cast(Machine, {Name, Do}).

%% Asks, and is answered at once.
ask(Machine, Name) ->
    ask(Machine, Name, fun (From, _, _) -> {keep_state_and_data, [{reply, From, Name}]} end).

ask(Machine, Name, Do) ->
    gen_statem:call(Machine, {Name, Do}).

%% Has it get events one right after the other.
together(Machine, Events) ->
    sys:suspend(Machine),
    [gen_statem:cast(Machine, Event) || Event <- Events],
    sys:resume(Machine).

callback_mode() ->
    [handle_event_function, state_enter].

init({T, Init}) ->
    case Init() of
        {ok, State, Data, Actions} -> {ok, State, Data#{trace => T}, Actions};
        Other -> Other
    end.

handle_event(enter, Old, State, #{trace := T} = Data) ->
    say(T, [Old, enters, State]),
    case Data of
        #{enter := Do} -> Do(Old, State, Data);
        #{} -> keep_state_and_data
    end;
handle_event(info, Message, State, #{trace := T}) ->
    say(T, [State, info, Message]),
    keep_state_and_data;
handle_event(Kind, {Name, Do}, State, #{trace := T} = Data) ->
    say(T, [State, kind(Kind), Name]),
    Do(from(Kind), State, Data).

kind({call, _}) -> call;
kind({timeout, _}) -> named_timeout;
kind(internal) -> inserted;
kind(Kind) -> Kind.

from({call, From}) -> From;
from(_) -> none.

terminate(Reason, State, #{terminate := Do}) -> Do(Reason, State);
terminate(_, _, _) -> ok.
