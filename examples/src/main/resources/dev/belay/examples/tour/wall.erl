%% The other node of chapter 14 of the tour, in Erlang. What its processes have to say they print:
%% a time in microseconds, who says it, and what, with tabs between them.
-module(wall).
-behaviour(supervisor).

-export([run/0, climb/1, init/1]).

%% What the node runs: it does what the chapter orders, and ends with it.
run() ->
    logger:set_primary_config(level, none),
    register(wall, self()),
    spawn(fun end_with_the_chapter/0),
    io:format("ready\t~s~n", [erlang:system_info(otp_release)]),
    orders().

end_with_the_chapter() ->
    case io:get_line("") of
        Line when is_list(Line) -> end_with_the_chapter();
        _ -> halt(0)
    end.

orders() ->
    receive
        {camp, Main} ->
            {ok, Camp} = supervisor:start_link({local, camp}, ?MODULE, Main),
            Main ! {camp, Camp}
    end,
    orders().

%% @start region="climb"
climb(Main) ->
    process_flag(trap_exit, true),
    monitor(process, Main),
    Main ! ready,
    climbing(Main).

climbing(Main) ->
    receive
        {hold, Pid} ->
            link(Pid),
            monitor(process, Pid),
            Main ! ready;
        {'EXIT', Pid, Reason} ->
            hears('EXIT', Pid, Reason);
        {'DOWN', _Ref, process, Pid, Reason} ->
            hears('DOWN', Pid, Reason);
        fall ->
            error(out_of_rope)
    end,
    climbing(Main).
%% @end

%% The reason of a process that has crashed has the stack with it, which is long.
hears(What, Pid, {Why, [Frame | _]}) when is_tuple(Frame) ->
    say("hears ~s of ~w: ~0tp", [What, Pid, Why]);
hears(What, Pid, Reason) ->
    say("hears ~s of ~w: ~0tp", [What, Pid, Reason]).

%% Belay has spawned the process, and so it would print there; but it belongs here.
say(Format, Arguments) ->
    Text = io_lib:format(Format, Arguments),
    io:format(user, "~w\tclimber\t~ts~n", [os:system_time(microsecond), Text]).

%% @start region="camp"
init(Main) ->
    Stove = #{
        id => stove,
        start => {rpc, call, [node(Main), stove, start_link, [Main]]}
    },
    {ok, {#{strategy => one_for_one, intensity => 5, period => 1}, [Stove]}}.
%% @end
