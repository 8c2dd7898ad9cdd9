%% A server on the Erlang node of chapter 14 of the tour.
-module(kettle).
-behaviour(gen_server).

-export([init/1, handle_call/3, handle_cast/2]).

%% @start region="kettle"
init(Main) ->
    Main ! {kettle, self()},
    {ok, 20}.

handle_call(degrees, _From, Degrees) ->
    {reply, Degrees, Degrees}.
%% @end

handle_cast(_Message, Degrees) ->
    {noreply, Degrees}.
