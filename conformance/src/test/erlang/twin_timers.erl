%% Timers, and the time that receive waits.
-module(twin_timers).

-export([message_comes_after_its_time/1, timeout_has_its_timer/1,
         cancelled_timer_is_silent/1, fired_timer_cannot_be_cancelled/1,
         timer_can_be_read/1, anybody_may_cancel/1, earlier_time_comes_first/1,
         timer_outlives_who_started_it/1, timer_dies_with_its_receiver/1,
         timer_for_the_dead/1, name_is_looked_up_when_it_is_time/1,
         free_name_is_no_error/1, named_timer_outlives_the_holder/1,
         past_is_refused/1, far_future_is_accepted/1, timer_for_another/1,
         timeout_for_another/1, zero_is_soon/1, receive_gives_up_in_time/1,
         unwanted_messages_do_not_extend_the_wait/1, wait_ends_with_a_message/1,
         looking_once_takes_what_is_there/1, cancel_or_message_never_both/1,
         many_timers_all_come/1, reading_does_not_stop_it/1,
         timer_is_an_ordinary_message/1, sleeper_keeps_its_messages/1]).

-import(twin, [as/3, say/2, await/1, drain/0, idle/0, until_dead/1,
               until_queued/1, attempt/1]).

message_comes_after_its_time(T) ->
    Start = erlang:monotonic_time(),
    erlang:send_after(20, self(), hello),
    say(T, [got, await(hello), early, elapsed(Start) < 20]).

timeout_has_its_timer(T) ->
    Timer = as(T, timer, erlang:start_timer(5, self(), {my, message})),
    say(T, [got, receive {timeout, Timer, _} = Timeout -> Timeout end]).

cancelled_timer_is_silent(T) ->
    Timer = cancelled_in_time(),
    say(T, [again, is_integer(erlang:cancel_timer(Timer))]),
    erlang:send_after(50, self(), later),
    say(T, [got, soon(), left, drain()]).

%% A timer of 30 ms that was cancelled before they were over.
cancelled_in_time() ->
    Timer = erlang:send_after(30, self(), hello),
    case erlang:cancel_timer(Timer) of
        false -> await(hello), cancelled_in_time();
        _ -> Timer
    end.

fired_timer_cannot_be_cancelled(T) ->
    Timer = erlang:send_after(5, self(), hello),
    until_queued(1),
    say(T, [cancelled, is_integer(erlang:cancel_timer(Timer)), left, drain()]).

timer_can_be_read(T) ->
    Timer = erlang:send_after(600000, self(), hello),
    Time = erlang:read_timer(Timer),
    say(T, [in_range, Time > 0, Time =< 600000]),
    erlang:cancel_timer(Timer),
    say(T, [running, is_integer(erlang:read_timer(Timer))]).

anybody_may_cancel(T) ->
    Main = self(),
    Timer = erlang:send_after(600000, self(), hello),
    as(T, b, spawn(fun () ->
        say(T, [running, is_integer(erlang:read_timer(Timer))]),
        say(T, [cancelled, is_integer(erlang:cancel_timer(Timer))]),
        Main ! done
    end)),
    await(done),
    say(T, [running, is_integer(erlang:read_timer(Timer))]).

earlier_time_comes_first(T) ->
    Start = erlang:monotonic_time(),
    erlang:send_after(45, self(), third),
    erlang:send_after(5, self(), first),
    erlang:send_after(25, self(), second),
    InTime = elapsed(Start) < 15,
    until_queued(3),
    All = drain(),
    case InTime of
        true -> say(T, [all, All]);
        false -> earlier_time_comes_first(T)
    end.

timer_outlives_who_started_it(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () -> erlang:send_after(20, Main, from_the_dead) end)),
    until_dead(B),
    say(T, [alive, is_process_alive(B), got, await(from_the_dead)]).

timer_dies_with_its_receiver(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    Timer = erlang:send_after(600000, B, hello),
    say(T, [running, is_integer(erlang:read_timer(Timer))]),
    exit(B, bye),
    until_dead(B),
    say(T, [running, is_integer(erlang:read_timer(Timer))]),
    say(T, [cancelled, is_integer(erlang:cancel_timer(Timer))]).

timer_for_the_dead(T) ->
    B = as(T, b, spawn(fun () -> ended end)),
    until_dead(B),
    Timer = erlang:send_after(600000, B, hello),
    say(T, [running, is_integer(erlang:read_timer(Timer))]).

name_is_looked_up_when_it_is_time(T) ->
    Main = self(),
    A = as(T, a, spawn(fun () -> idle() end)),
    B = as(T, b, spawn(fun () -> say(T, [got, await(hello)]), Main ! got end)),
    register(twin_timed, A),
    Timer = erlang:send_after(30, twin_timed, hello),
    unregister(twin_timed),
    register(twin_timed, B),
    case erlang:read_timer(Timer) of
        false ->
            unregister(twin_timed),
            [begin exit(P, kill), until_dead(P) end || P <- [A, B]],
            drain(),
            name_is_looked_up_when_it_is_time(T);
        _ ->
            await(got),
            say(T, [length, twin:queue_length(A)])
    end.

free_name_is_no_error(T) ->
    erlang:send_after(5, twin_nobody, hello),
    Timer = erlang:send_after(20, self(), later),
    say(T, [got, await(later), running, is_integer(erlang:read_timer(Timer))]),
    say(T, [left, drain()]).

named_timer_outlives_the_holder(T) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    register(twin_timed, B),
    Timer = erlang:send_after(30, twin_timed, hello),
    exit(B, bye),
    until_dead(B),
    register(twin_timed, self()),
    case erlang:read_timer(Timer) of
        false ->
            unregister(twin_timed),
            drain(),
            named_timer_outlives_the_holder(T);
        _ ->
            say(T, [got, await(hello)])
    end.

past_is_refused(T) ->
    say(T, [past, attempt(fun () -> erlang:send_after(-1, self(), hello) end)]),
    say(T, [past, attempt(fun () -> erlang:start_timer(-1, self(), hello) end)]).

far_future_is_accepted(T) ->
    Timer = erlang:send_after(1 bsl 33, self(), hello),
    say(T, [running, is_integer(erlang:read_timer(Timer))]),
    say(T, [cancelled, is_integer(erlang:cancel_timer(Timer)), left, drain()]).

timer_for_another(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () -> say(T, [got, await(hello)]), Main ! got end)),
    erlang:send_after(5, B, hello),
    await(got).

timeout_for_another(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () ->
        say(T, [got, receive {timeout, _, _} = Timeout -> Timeout end]),
        Main ! got
    end)),
    as(T, timer, erlang:start_timer(5, B, hello)),
    await(got).

zero_is_soon(T) ->
    erlang:send_after(0, self(), hello),
    say(T, [got, await(hello)]).

receive_gives_up_in_time(T) ->
    Start = erlang:monotonic_time(),
    say(T, [got, receive X -> X after 20 -> timeout end, early, elapsed(Start) < 20]).

unwanted_messages_do_not_extend_the_wait(T) ->
    Main = self(),
    as(T, b, spawn(fun () -> chatter(Main) end)),
    say(T, [got, receive wanted -> wanted after 40 -> timeout end]).

chatter(Main) ->
    Main ! unwanted,
    receive after 5 -> chatter(Main) end.

wait_ends_with_a_message(T) ->
    erlang:send_after(5, self(), hello),
    say(T, [got, receive X -> X after 600000 -> timeout end]).

looking_once_takes_what_is_there(T) ->
    self() ! one,
    say(T, [got, receive one -> one after 0 -> timeout end]),
    say(T, [got, receive one -> one after 0 -> timeout end]).

cancel_or_message_never_both(T) ->
    Outcomes = [begin
                    Timer = erlang:send_after(N rem 3, self(), hello),
                    until_time(N rem 4),
                    case erlang:cancel_timer(Timer) of
                        false -> receive hello -> one after 10000 -> none end;
                        _ -> receive hello -> both after 0 -> one end
                    end
                end || N <- lists:seq(1, 12)],
    say(T, [outcomes, lists:usort(Outcomes)]),
    erlang:send_after(10, self(), later),
    say(T, [got, soon()]).

many_timers_all_come(T) ->
    [erlang:send_after(N rem 20, self(), {timer, N}) || N <- lists:seq(1, 1000)],
    until_queued(1000),
    say(T, [all, length(lists:usort(drain()))]).

reading_does_not_stop_it(T) ->
    Timer = erlang:send_after(20, self(), hello),
    erlang:read_timer(Timer),
    erlang:read_timer(Timer),
    say(T, [got, await(hello)]).

timer_is_an_ordinary_message(T) ->
    self() ! one,
    erlang:send_after(5, self(), two),
    until_queued(2),
    self() ! three,
    say(T, [all, drain()]).

sleeper_keeps_its_messages(T) ->
    self() ! one,
    self() ! two,
    receive after 10 -> slept end,
    say(T, [all, drain()]).

%% ---- helpers

%% The next message, for which the caller waits.
soon() ->
    receive Message -> Message end.

elapsed(Start) ->
    erlang:convert_time_unit(erlang:monotonic_time() - Start, native, millisecond).

until_time(Millis) ->
    receive after Millis -> ok end.
