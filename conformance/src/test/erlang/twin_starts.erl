%% How servers and state machines begin, or do not.
-module(twin_starts).

-export([init_says_how/1, crashes_in_init/1, start_waits_for_init/1,
         name_is_free_after_a_failed_start/1, taken_name/1, start_by_name/1,
         too_slow/1, too_slow_with_a_link/1, start_with_a_monitor/1,
         failed_start_with_a_monitor/1, failed_start_with_a_link/1,
         start_with_a_link/1, death_in_init/1, ancestors/1,
         continue_from_init/1, starter_dies/1, machine_begins/1]).

-import(twin, [as/3, as/4, say/2, await/1, await_down/0, await_down/1, drain/0,
               idle/0, links/1, until/1]).
-import(clerk, [listening/1, called/1]).

begun() ->
    {ok, #{}}.

start(Init) ->
    gen_server:start(clerk, Init, []).

named(Name, Init) ->
    gen_server:start({local, Name}, clerk, Init, []).

init_says_how(T) ->
    [begin
         Started = start(fun () -> as(T, s, self()), Result end),
         say(T, [Started])
     end || Result <- [begun(), ignore, {stop, odd}, {stop, shutdown},
                       {stop, {shutdown, why}}, {stop, normal}]],
    say(T, [left, drain()]).

crashes_in_init(T) ->
    [say(T, [start(Init)]) || Init <- [fun () -> error(boom) end,
                                       fun () -> error({boom, 1}) end,
                                       fun () -> exit(bye) end,
                                       fun () -> exit({shutdown, why}) end,
                                       fun () -> exit(normal) end]],
    say(T, [left, drain()]).

start_waits_for_init(T) ->
    Main = self(),
    {P, _} = as(T, p, m, spawn_monitor(fun () ->
        {ok, S} = start(fun () -> Main ! {in_init, self()}, await(go), begun() end),
        twin:say_in(T, order, [started]),
        as(T, s, S)
    end)),
    receive {in_init, S} -> ok end,
    say(T, [alive, is_process_alive(S), is_process_alive(P)]),
    twin:say_in(T, order, [go]),
    S ! go,
    say(T, [got, await_down()]),
    say(T, [alive, is_process_alive(S)]).

name_is_free_after_a_failed_start(T) ->
    [begin
         say(T, [named(clerk, Init)]),
         say(T, [free, whereis(clerk) =:= undefined])
     end || Init <- [fun () -> {stop, odd} end,
                     fun () -> ignore end,
                     fun () -> error(boom) end]],
    say(T, [named(clerk, fun () -> as(T, s, self()), begun() end)]).

taken_name(T) ->
    {ok, S} = named(clerk, fun () -> begun() end),
    as(T, s, S),
    say(T, [named(clerk, fun () -> say(T, [begins]), begun() end)]),
    gen_server:stop(S),
    say(T, [named(clerk, fun () -> as(T, other, self()), begun() end)]).

start_by_name(T) ->
    {ok, S} = named(clerk, fun () -> begun() end),
    as(T, s, S),
    Who = fun (_, St) -> {reply, self(), St} end,
    say(T, [called(fun () -> gen_server:call(clerk, Who) end)]),
    gen_server:stop(clerk),
    say(T, [called(fun () -> gen_server:call(clerk, Who) end)]),
    {ok, Other} = named(clerk, fun () -> begun() end),
    as(T, other, Other),
    say(T, [called(fun () -> gen_server:call(clerk, Who) end)]).

slow(T) ->
    fun () -> as(T, slow, self()), register(slow, self()), idle() end.

%% It was killed; OTP 25 does not wait for that.
gone() ->
    until(fun () -> whereis(slow) =:= undefined end).

too_slow(T) ->
    say(T, [gen_server:start(clerk, slow(T), [{timeout, 5}])]),
    gone(),
    say(T, [left, drain()]).

too_slow_with_a_link(T) ->
    say(T, [gen_server:start_link(clerk, slow(T), [{timeout, 5}])]),
    gone(),
    process_flag(trap_exit, true),
    say(T, [gen_server:start_link(clerk, slow(T), [{timeout, 5}])]),
    gone(),
    say(T, [links, links(self())]),
    say(T, [left, drain()]).

start_with_a_monitor(T) ->
    {ok, {S, Ref}} = gen_server:start_monitor(clerk, fun () -> begun() end, []),
    as(T, s, S),
    as(T, m, Ref),
    gen_server:cast(S, fun (St) -> {stop, bye, St} end),
    say(T, [got, await_down(Ref)]).

failed_start_with_a_monitor(T) ->
    [say(T, [gen_server:start_monitor(clerk, fun () -> Result end, [])])
     || Result <- [{stop, odd}, ignore]],
    say(T, [left, drain(), twin:monitors(self())]).

failed_start_with_a_link(T) ->
    [begin
         as(T, p, m, spawn_monitor(fun () ->
             say(T, [gen_server:start_link(clerk, fun () -> Result end, [])]),
             say(T, [left, drain()])
         end)),
         say(T, [got, await_down()])
     end || Result <- [{stop, normal}, ignore]],
    %% Not said by those who are ended with it.
    as(T, p, m, spawn_monitor(fun () ->
        gen_server:start_link(clerk, fun () -> {stop, odd} end, []),
        idle()
    end)),
    say(T, [got, await_down()]).

start_with_a_link(T) ->
    {ok, S} = gen_server:start_link(clerk, fun () -> begun() end, []),
    as(T, s, S),
    say(T, [links, links(self()), links(S)]),
    gen_server:stop(S),
    say(T, [links, links(self())]).

death_in_init(T) ->
    say(T, [start(fun () -> exit(self(), kill), idle() end)]),
    say(T, [start(fun () -> spawn_link(fun () -> exit(odd) end), idle() end)]),
    say(T, [left, drain()]).

ancestors(T) ->
    Ancestors = fun (_, St) -> {reply, lists:sublist(get('$ancestors'), 2), St} end,
    {ok, A} = start(fun () -> begun() end),
    as(T, a, A),
    B = gen_server:call(A, fun (_, St) ->
        {ok, Pid} = start(fun () -> begun() end),
        {reply, Pid, St}
    end),
    as(T, b, B),
    say(T, [hd(gen_server:call(A, Ancestors))]),
    say(T, [gen_server:call(B, Ancestors)]).

continue_from_init(T) ->
    {ok, S} = start(fun () ->
        as(T, s, self()),
        self() ! hello,
        {ok, St} = (listening(T))(),
        say(T, [init]),
        {ok, St, {continue, fun (St1) -> say(T, [continue]), {noreply, St1} end}}
    end),
    gen_server:stop(S).

starter_dies(T) ->
    Main = self(),
    {P, M} = as(T, p, m, spawn_monitor(fun () ->
        gen_server:start_link(clerk, fun () -> Main ! {in_init, self()}, idle() end, [])
    end)),
    S = receive {in_init, Pid} -> as(T, s, Pid) end,
    Ref = as(T, ms, monitor(process, S)),
    exit(P, odd),
    say(T, [got, await_down(M)]),
    say(T, [got, await_down(Ref)]).

machine_begins(T) ->
    [say(T, [gen_statem:start(machine, {T, fun () -> as(T, machine, self()), Init() end}, [])])
     || Init <- [fun () -> {ok, a, #{}, []} end,
                 fun () -> {stop, odd} end,
                 fun () -> {stop, {shutdown, why}} end,
                 fun () -> exit(bye) end,
                 fun () -> ignore end]],
    say(T, [left, drain()]).
