%% The timeouts of state machines. Times that shall be over soon are some
%% milliseconds; ?NEVER are those that shall not.
-module(twin_state_timeouts).

-export([event_timeout/1, any_event_ends_the_event_timeout/1,
         event_timeout_of_zero/1, state_timeout/1,
         state_timeout_ends_with_the_state/1, state_timeout_for_the_new_state/1,
         state_timeout_set_again/1, keeping_and_repeating_leave_timeouts/1,
         named_timeouts/1, named_timeout_set_again/1, cancelled_timeouts/1,
         event_of_a_timeout_is_changed/1, change_of_what_does_not_run/1,
         timeouts_of_zero_keep_their_order/1, last_of_one_kind_counts/1,
         timeouts_from_the_beginning/1, timeouts_from_entering/1,
         cancelled_too_late/1, set_again_too_late/1]).

-import(twin, [say/2, await/1, until_queued/1, drain/0]).
-import(machine, [start/2, stay/1, ask/2, together/2]).

-define(NEVER, 3600000).
-define(LATEST, 60).
-define(SOON, 2).

in(State) ->
    fun () -> {ok, State, #{}, []} end.

to(State, Actions) ->
    {to, fun (_, _, Data) -> {next_state, State, Data, Actions} end}.

keep(Actions) ->
    {keep, fun (_, _, _) -> {keep_state_and_data, Actions} end}.

inserted(Name) ->
    {next_event, internal, stay(Name)}.

%% The event of a timeout, made by main: tells it.
over(Name) ->
    Main = self(),
    {Name, fun (_, _, _) -> Main ! Name, keep_state_and_data end}.

%% Whether a timeout came in a time in which it should have, if it were to.
came(Name) ->
    receive Name -> Name
    after 10 -> nothing
    end.

event_timeout(T) ->
    M = start(T, in(a)),
    gen_statem:cast(M, keep([{timeout, ?SOON, over(timeout)}])),
    say(T, [await(timeout)]),
    gen_statem:cast(M, to(b, [{timeout, ?SOON, over(timeout)}])),
    say(T, [await(timeout)]).

any_event_ends_the_event_timeout(T) ->
    M = start(T, in(a)),
    gen_statem:cast(M, keep([{timeout, ?SOON, over(timeout)}, inserted(i)])),
    say(T, [came(timeout)]),
    gen_statem:cast(M, to(b, [{timeout, ?SOON, over(timeout)}, inserted(i)])),
    say(T, [came(timeout)]),
    gen_statem:cast(M, keep([{timeout, ?SOON, over(timeout)}, {{timeout, name}, 0, stay(other)}])),
    say(T, [came(timeout)]),
    gen_statem:cast(M, keep([postpone])),
    gen_statem:cast(M, to(c, [{timeout, ?SOON, over(timeout)}])),
    say(T, [came(timeout)]),
    ask(M, last).

event_timeout_of_zero(T) ->
    M = start(T, in(a)),
    together(M, [keep([{timeout, 0, stay(timeout)}]), stay(message)]),
    together(M, [keep([{timeout, 0, stay(timeout)}, inserted(i)]), stay(message)]),
    ask(M, last).

state_timeout(T) ->
    M = start(T, in(a)),
    together(M, [keep([{state_timeout, ?SOON, over(timeout)}, inserted(i)]), stay(other)]),
    say(T, [await(timeout)]).

state_timeout_ends_with_the_state(T) ->
    M = start(T, in(a)),
    Leave = {leave, fun (_, _, Data) -> {next_state, b, Data} end},
    gen_statem:cast(M, keep([{state_timeout, ?SOON, over(timeout)}, {next_event, internal, Leave}])),
    say(T, [came(timeout)]),
    gen_statem:cast(M, to(a, [])),
    say(T, [came(timeout)]),
    ask(M, last).

state_timeout_for_the_new_state(T) ->
    M = start(T, in(a)),
    gen_statem:cast(M, keep([{state_timeout, ?NEVER, over(old)}])),
    gen_statem:cast(M, to(b, [{state_timeout, ?SOON, over(new)}])),
    say(T, [await(new)]),
    gen_statem:cast(M, to(b, [{state_timeout, ?SOON, over(same)}])),
    say(T, [await(same)]).

state_timeout_set_again(T) ->
    M = start(T, in(a)),
    gen_statem:cast(M, keep([{state_timeout, ?NEVER, over(first)}])),
    gen_statem:cast(M, keep([{state_timeout, ?SOON, over(second)}])),
    say(T, [await(second)]),
    Again = {again, fun (_, _, _) ->
        {keep_state_and_data, [{state_timeout, ?NEVER, stay(fourth)}]}
    end},
    gen_statem:cast(M, keep([{state_timeout, ?SOON, over(third)}, {next_event, internal, Again}])),
    say(T, [came(third)]),
    ask(M, last).

keeping_and_repeating_leave_timeouts(T) ->
    M = start(T, in(a)),
    together(M, [keep([{state_timeout, ?SOON, over(state)}, {{timeout, name}, ?LATEST, over(name)}]),
                 {repeat, fun (_, _, _) -> repeat_state_and_data end},
                 to(a, [])]),
    say(T, [await(state), await(name)]).

named_timeouts(T) ->
    M = start(T, in(a)),
    together(M, [keep([{{timeout, x}, ?LATEST, over(x)}, {{timeout, {y, 1}}, ?SOON, over(y)},
                       {{timeout, z}, ?NEVER, over(z)}]),
                 to(b, []),
                 stay(other)]),
    say(T, [await(y), await(x)]).

named_timeout_set_again(T) ->
    M = start(T, in(a)),
    gen_statem:cast(M, keep([{{timeout, x}, ?NEVER, over(first)}])),
    gen_statem:cast(M, to(b, [{{timeout, x}, ?SOON, over(second)}])),
    say(T, [await(second)]).

cancelled_timeouts(T) ->
    M = start(T, in(a)),
    Cancel = {cancel, fun (_, _, _) ->
        {keep_state_and_data, [{state_timeout, cancel}, {{timeout, x}, cancel},
                               {{timeout, y}, infinity, stay(y)}, {{timeout, z}, cancel}]}
    end},
    gen_statem:cast(M, keep([{state_timeout, ?SOON, over(state)}, {{timeout, x}, ?SOON, over(x)},
                             {{timeout, y}, ?SOON, over(y)}, {next_event, internal, Cancel}])),
    say(T, [came(any)]),
    gen_statem:cast(M, keep([{{timeout, x}, ?SOON, over(again)}])),
    say(T, [await(again), drain()]).

event_of_a_timeout_is_changed(T) ->
    M = start(T, in(a)),
    Changes = [{state_timeout, update, over(state)}, {{timeout, x}, update, over(x)}],
    Change = {change, fun (_, _, _) -> {keep_state_and_data, Changes} end},
    gen_statem:cast(M, keep([{state_timeout, ?SOON, stay(old)}, {{timeout, x}, ?LATEST, stay(old)},
                             {next_event, internal, Change}])),
    say(T, [await(state), await(x)]).

change_of_what_does_not_run(T) ->
    M = start(T, in(a)),
    together(M, [keep([{state_timeout, update, stay(state)}, {{timeout, x}, update, stay(x)}]),
                 stay(message)]),
    ask(M, last).

timeouts_of_zero_keep_their_order(T) ->
    M = start(T, in(a)),
    together(M, [keep([{{timeout, x}, 0, stay(x)}, {state_timeout, 0, stay(state)},
                       {{timeout, y}, 0, stay(y)}, inserted(i)]),
                 stay(message)]),
    ask(M, last).

last_of_one_kind_counts(T) ->
    M = start(T, in(a)),
    gen_statem:cast(M, keep([{state_timeout, 0, stay(first)}, {{timeout, x}, ?NEVER, stay(x1)},
                             {state_timeout, 0, stay(second)}, {{timeout, x}, 0, stay(x2)},
                             {{timeout, y}, 0, stay(y)}, {{timeout, y}, cancel}])),
    ask(M, last).

timeouts_from_the_beginning(T) ->
    State = over(state),
    Name = over(name),
    start(T, fun () ->
        {ok, a, #{}, [{state_timeout, ?SOON, State}, {{timeout, x}, ?LATEST, Name}]}
    end),
    say(T, [await(state), await(name)]).

timeouts_from_entering(T) ->
    Event = over(event),
    State = over(state),
    M = start(T, fun () ->
        {ok, a, #{enter => fun
            (_, b, _) -> {keep_state_and_data, [{state_timeout, ?SOON, State}]};
            (_, c, _) -> {keep_state_and_data, [{timeout, ?SOON, Event}]};
            (_, _, _) -> keep_state_and_data
        end}, []}
    end),
    gen_statem:cast(M, to(b, [])),
    say(T, [await(state)]),
    gen_statem:cast(M, to(c, [])),
    say(T, [await(event)]).

%% Sets a timeout, waits in the next event until it is over, and then does this.
too_late(M, Actions) ->
    Late = {late, fun (_, _, _) ->
        until_queued(1),
        {keep_state_and_data, Actions}
    end},
    gen_statem:cast(M, keep([{{timeout, x}, 1, over(x)}, {next_event, internal, Late}])).

cancelled_too_late(T) ->
    M = start(T, in(a)),
    too_late(M, [{{timeout, x}, cancel}]),
    say(T, [came(x), ask(M, last)]).

set_again_too_late(T) ->
    M = start(T, in(a)),
    Again = over(again),
    too_late(M, [{{timeout, x}, ?SOON, Again}]),
    say(T, [await(again), came(x)]).
