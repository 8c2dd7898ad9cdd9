%% Plays the scenarios with the puppets of a node, and prints what each has
%% seen, a line each: "=> NAME TERM".
-module(puppet_driver).

-export([main/0]).
-export([new/1, ask/2, tell/2, answer/2, value/2, dead/1, down/1, norm/2, sorted/1,
         until/1, nowhere/0, before/1, reasons/0]).

-define(TIME_LIMIT, 30000).
-define(ANSWER_LIMIT, 10000).

%% The arguments: the node whose puppets are to play, or two of them with a comma
%% between, then what two do with each other is played; and the scenarios, if not
%% all of them.
main() ->
    [Names | Only] = init:get_plain_arguments(),
    Nodes = [list_to_atom(Name) || Name <- string:lexemes(Names, ",")],
    logger:set_primary_config(level, none),
    [begin pong = await_node(Node, 100), ok = await_puppeteer(Node, 100) end || Node <- Nodes],
    Scenarios = lists:sort([{M, F} || M <- [puppet_scenarios, puppet_further_scenarios,
                                            puppet_pair_scenarios],
                                 {F, A} <- M:module_info(exports), A =:= length(Nodes),
                                 F =/= module_info, F =/= down1,
                                 Only =:= [] orelse
                                     lists:member(atom_to_list(F), Only)]),
    [print(F, play(M, F, Nodes)) || {M, F} <- Scenarios],
    io:format("=> done~n"),
    halt(0).

await_node(_, 0) -> pang;
await_node(Node, Tries) ->
    case net_adm:ping(Node) of
        pong -> pong;
        pang -> timer:sleep(100), await_node(Node, Tries - 1)
    end.

%% A node can be connected to before it has its puppeteer.
await_puppeteer(Node, Tries) when Tries > 0 ->
    Ref = make_ref(),
    {puppeteer, Node} ! {start, self(), Ref},
    receive {started, Ref, _} -> ok
    after 100 -> await_puppeteer(Node, Tries - 1)
    end.

print(Scenario, Result) ->
    io:format("=> ~s ~0tp~n", [Scenario, Result]).

play(Module, Scenario, Nodes) ->
    %% The one before may have broken the connection.
    [pong = await_node(Node, 20) || Node <- Nodes],
    {Pid, Ref} = spawn_monitor(
                   fun() -> exit({seen, apply(Module, Scenario, Nodes)}) end),
    receive
        {'DOWN', Ref, process, Pid, {seen, What}} -> What;
        {'DOWN', Ref, process, Pid, Why} -> {failed, Why}
    after ?TIME_LIMIT ->
        Stuck = process_info(Pid, [current_stacktrace, messages]),
        exit(Pid, kill),
        {failed, {too_slow, Stuck}}
    end.

%% ---- for the scenarios

%% A new puppet.
new(Node) ->
    Ref = make_ref(),
    {puppeteer, Node} ! {start, self(), Ref},
    receive {started, Ref, Pid} -> Pid
    after ?ANSWER_LIMIT -> error(no_puppet)
    end.

%% Has a puppet do something, and returns the outcome.
ask(Puppet, Op) ->
    answer(tell(Puppet, Op), ?ANSWER_LIMIT).

tell(Puppet, Op) ->
    Ref = make_ref(),
    Puppet ! {do, self(), Ref, Op},
    Ref.

answer(Ref, Ms) ->
    receive {done, Ref, Outcome} -> Outcome
    after Ms -> none
    end.

%% The same, of what must not fail.
value(Puppet, Op) ->
    case ask(Puppet, Op) of
        {ok, Value} -> Value;
        Other -> error({Op, Other})
    end.

%% A puppet that is dead.
dead(Node) ->
    Pid = new(Node),
    Ref = monitor(process, Pid),
    exit(Pid, kill),
    receive {'DOWN', Ref, _, _, _} -> Pid end.

%% Waits for the end of a process that is monitored; the reason, with the
%% stack of an error left out.
down(Ref) ->
    receive
        {'DOWN', Ref, process, _, {Why, [{M, F, A, L} | _]}}
          when is_atom(M), is_atom(F), is_list(L), is_integer(A) orelse is_list(A) ->
            {Why, stack};
        {'DOWN', Ref, process, _, Why} -> Why
    after ?ANSWER_LIMIT -> none
    end.

%% Outcomes whose value is a list in no certain order.
sorted(Infos) -> [{ok, {Item, lists:sort(L)}} || {ok, {Item, L}} <- Infos].

%% Waits until something is true.
until(True) -> until(True, 2000).

until(_, 0) -> error(never);
until(True, Tries) ->
    case True() of
        true -> ok;
        false -> timer:sleep(5), until(True, Tries - 1)
    end.

%% Puts names in the places of pids and references, and of all others a word
%% for what they are.
norm(Term, Names) ->
    case lists:keyfind(Term, 1, Names) of
        {_, Name} -> Name;
        false -> norm1(Term, Names)
    end.

norm1(Pid, _) when is_pid(Pid) -> a_pid;
norm1(Ref, _) when is_reference(Ref) -> a_ref;
norm1([H | T], Names) -> [norm(H, Names) | norm(T, Names)];
norm1(Tuple, Names) when is_tuple(Tuple) ->
    list_to_tuple(norm(tuple_to_list(Tuple), Names));
norm1(Map, Names) when is_map(Map) ->
    maps:from_list(norm(maps:to_list(Map), Names));
norm1(Term, _) -> Term.

%% A pid of a node that there is not.
nowhere() ->
    Name = <<"nosuch@127.0.0.1">>,
    binary_to_term(<<131, 88, 119, (byte_size(Name)), Name/binary, 7:32, 0:32, 1:32>>).

%% The same pid, of a node of the same name that lived earlier.
before(Pid) ->
    <<131, 88, 119, L, Name:L/binary, Id:32, Serial:32, Creation:32>> =
        iolist_to_binary(term_to_binary(Pid, [{minor_version, 2}])),
    binary_to_term(<<131, 88, 119, L, Name/binary, Id:32, Serial:32,
                     (Creation bxor 1 bor 4):32>>).

%% Reasons of all kinds of terms.
reasons() ->
    [normal, shutdown, {shutdown, x}, {shutdown, 1, 2}, noproc, noconnection, killed, kill,
     'EXIT', x, 1, -1, 1 bsl 100, 1.5, "text", <<"bytes">>, <<3:2>>, [], {}, [a | b], #{},
     #{a => [1]}, {x, [{m, f, 1, []}]}, self(), make_ref(), fun lists:map/2,
     {nocatch, x}, {badmatch, 1}, undefined, true, '', 'a b', {a, #{{b} => <<>>}},
     lists:seq(1, 300)].
