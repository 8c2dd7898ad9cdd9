%% Calls whose replies are collected later.
-module(twin_requests).

-export([reply_comes_later/1, nobody_there/1, server_ends/1, waiting_again/1,
         giving_up/1, reply_that_is_there/1, message_against_a_request/1,
         requests_keep_order/1, replies_as_they_come/1, empty_collection/1,
         added_twice/1, size_and_labels/1, failures_in_a_collection/1,
         collection_that_is_given_up/1, messages_against_a_collection/1,
         no_monitor_is_left/1, caller_that_ends/1, machine_is_asked/1]).

-import(twin, [as/3, as/4, say/2, await/1, await_down/0, drain/0,
               attempt/1]).
-import(clerk, [start/0]).

-define(NOW, 0).
-define(LONG, 10000).

%% A request that is answered when its server gets "go".
open(S, Reply) ->
    gen_server:send_request(S, fun (_, St) -> await(go), {reply, Reply, St} end).

answered(S, Reply) ->
    Request = gen_server:send_request(S, fun (_, St) -> {reply, Reply, St} end),
    synchronize(S),
    Request.

%% Waits until the server has done what came before.
synchronize(S) ->
    gen_server:call(S, fun (_, St) -> {reply, done, St} end).

go(S) ->
    S ! go,
    synchronize(S).

short({error, {Reason, _}}) -> {error, Reason};
short({Response, Label, _}) -> {short(Response), Label};
short(Other) -> Other.

wait(Request, Time) ->
    short(gen_server:wait_response(Request, Time)).

reply_comes_later(T) ->
    S = as(T, s, start()),
    Request = open(S, later),
    say(T, [wait(Request, ?NOW)]),
    S ! go,
    say(T, [wait(Request, ?LONG)]).

nobody_there(T) ->
    S = start(),
    gen_server:stop(S),
    say(T, [wait(gen_server:send_request(S, request), ?LONG)]),
    say(T, [wait(gen_server:send_request(nobody, request), ?LONG)]),
    say(T, [left, drain()]).

server_ends(T) ->
    [begin
         S = as(T, s, start()),
         Request = gen_server:send_request(S, fun (_, St) -> {stop, Reason, St} end),
         Behind = gen_server:send_request(S, request),
         say(T, [wait(Request, ?LONG)]),
         %% It may have been sent too late.
         {error, _} = wait(Behind, ?LONG)
     end || Reason <- [normal, shutdown, {shutdown, why}, odd]],
    say(T, [left, drain()]).

waiting_again(T) ->
    S = as(T, s, start()),
    Request = open(S, later),
    say(T, [wait(Request, 2)]),
    say(T, [wait(Request, 2)]),
    S ! go,
    say(T, [wait(Request, ?LONG)]).

giving_up(T) ->
    S = as(T, s, start()),
    Request = open(S, late),
    say(T, [short(gen_server:receive_response(Request, 2))]),
    go(S),
    say(T, [left, drain()]).

reply_that_is_there(T) ->
    S = as(T, s, start()),
    say(T, [short(gen_server:receive_response(answered(S, one), ?NOW))]),
    say(T, [wait(answered(S, two), ?NOW)]),
    say(T, [left, drain()]).

message_against_a_request(T) ->
    S = as(T, s, start()),
    Other = answered(S, other),
    Request = answered(S, this),
    self() ! hello,
    First = receive M1 -> M1 end,
    say(T, [gen_server:check_response(First, Request)]),
    say(T, [gen_server:check_response(First, Other)]),
    Second = receive M2 -> M2 end,
    say(T, [gen_server:check_response(Second, Request)]),
    Third = receive M3 -> M3 end,
    say(T, [gen_server:check_response(Third, Request)]).

requests_keep_order(T) ->
    S = as(T, s, start()),
    [gen_server:send_request(S, fun (_, St) -> say(T, [N]), {noreply, St} end)
     || N <- [1, 2, 3]],
    synchronize(S).

%% Three servers with an open request each, under the labels 1, 2 and 3.
three(T) ->
    Servers = [as(T, Role, start()) || Role <- [s1, s2, s3]],
    Requests = lists:foldl(fun ({S, N}, C) ->
        gen_server:reqids_add(open(S, {reply, N}), N, C)
    end, gen_server:reqids_new(), lists:zip(Servers, [1, 2, 3])),
    {Servers, Requests}.

replies_as_they_come(T) ->
    {[S1, S2, S3], C0} = three(T),
    say(T, [gen_server:wait_response(C0, ?NOW, true)]),
    [go(S) || S <- [S2, S3, S1]],
    Three = gen_server:wait_response(C0, ?LONG, true),
    Two = gen_server:wait_response(element(3, Three), ?LONG, true),
    One = gen_server:wait_response(element(3, Two), ?LONG, true),
    [say(T, [short(R)]) || R <- [Three, Two, One]],
    say(T, [gen_server:wait_response(element(3, One), ?LONG, true)]).

empty_collection(T) ->
    C = gen_server:reqids_new(),
    say(T, [gen_server:reqids_size(C)]),
    say(T, [gen_server:wait_response(C, ?LONG, true)]),
    say(T, [gen_server:check_response(hello, C, true)]).

added_twice(T) ->
    S = as(T, s, start()),
    Request = answered(S, one),
    C = gen_server:reqids_add(Request, label, gen_server:reqids_new()),
    say(T, [attempt(fun () -> gen_server:reqids_add(Request, label, C) end)]),
    say(T, [attempt(fun () -> gen_server:reqids_add(Request, other, C) end)]),
    say(T, [gen_server:reqids_size(C)]).

size_and_labels(T) ->
    {[S1 | _], C} = three(T),
    Labels = fun (X) -> twin:set([L || {_, L} <- gen_server:reqids_to_list(X)]) end,
    say(T, [gen_server:reqids_size(C), Labels(C)]),
    S1 ! go,
    {_, 1, Less} = gen_server:wait_response(C, ?LONG, true),
    say(T, [gen_server:reqids_size(Less), Labels(Less)]).

failures_in_a_collection(T) ->
    {[S1, S2, S3], C0} = three(T),
    exit(S3, odd),
    Three = gen_server:wait_response(C0, ?LONG, true),
    exit(S1, shutdown),
    Two = gen_server:wait_response(element(3, Three), ?LONG, true),
    S2 ! go,
    One = gen_server:wait_response(element(3, Two), ?LONG, true),
    [say(T, [short(R)]) || R <- [Three, Two, One]].

collection_that_is_given_up(T) ->
    {Servers, C} = three(T),
    go(hd(Servers)),
    %% Takes the one that is there.
    {_, 1, Less} = gen_server:receive_response(C, 2, true),
    say(T, [gen_server:receive_response(Less, 2, true)]),
    [go(S) || S <- tl(Servers)],
    say(T, [left, drain(), twin:monitors(self())]).

messages_against_a_collection(T) ->
    {[S1, S2 | _], C0} = three(T),
    self() ! hello,
    go(S2),
    go(S1),
    say(T, [gen_server:check_response(receive M1 -> M1 end, C0, true)]),
    Two = gen_server:check_response(receive M2 -> M2 end, C0, true),
    One = gen_server:check_response(receive M3 -> M3 end, element(3, Two), true),
    [say(T, [short(R)]) || R <- [Two, One]],
    say(T, [gen_server:reqids_size(element(3, One))]).

no_monitor_is_left(T) ->
    S = as(T, s, start()),
    Request = open(S, done),
    say(T, [twin:monitors(self())]),
    S ! go,
    say(T, [wait(Request, ?LONG)]),
    say(T, [twin:monitors(self())]).

caller_that_ends(T) ->
    S = as(T, s, start()),
    as(T, p, m, spawn_monitor(fun () ->
        gen_server:send_request(S, fun (_, St) -> say(T, [handled]), {reply, done, St} end)
    end)),
    say(T, [got, await_down()]),
    say(T, [synchronize(S)]).

machine_is_asked(T) ->
    M = machine:start(T, fun () -> {ok, a, #{}, []} end),
    Request = gen_statem:send_request(M, {question, fun (From, _, Data) ->
        {next_state, b, Data, [{reply, From, answer}]}
    end}),
    say(T, [gen_statem:wait_response(Request, ?LONG)]),
    gen_statem:stop(M),
    say(T, [short(gen_statem:wait_response(gen_statem:send_request(M, request), ?LONG))]).
