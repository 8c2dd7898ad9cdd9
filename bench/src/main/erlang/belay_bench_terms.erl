%% The workloads with terms on Erlang: one process makes bytes of a term again and again, or the term
%% of its bytes. The terms are the same as those of Sample on the other systems.
-module(belay_bench_terms).

-export([row/2, show/0]).

-import(belay_bench, [now_nanos/0, took/1]).

-define(ITEMS, 20).
-define(LENGTH, 1000).

row('encode-message', N) -> encode(message, N);
row('encode-order', N) -> encode(order, N);
row('encode-numbers', N) -> encode(numbers, N);
row('decode-message', N) -> decode(message, N);
row('decode-order', N) -> decode(order, N);
row('decode-numbers', N) -> decode(numbers, N).

encode(Sample, N) ->
    Term = term(Sample),
    Size = byte_size(term_to_binary(Term)),
    Start = now_nanos(),
    All = encode(Term, 0, N),
    Took = took(Start),
    All = Size * N,
    Took.

encode(_, All, 0) -> All;
encode(Term, All, Left) -> encode(Term, All + byte_size(term_to_binary(Term)), Left - 1).

decode(Sample, N) ->
    Term = term(Sample),
    Bytes = term_to_binary(Term),
    Start = now_nanos(),
    Last = decode(Bytes, undefined, N),
    Took = took(Start),
    Last = Term,
    Took.

decode(_, Last, 0) -> Last;
decode(Bytes, _, Left) -> decode(Bytes, binary_to_term(Bytes), Left - 1).

%% Says the bytes of each term, so that it can be seen that all have the same terms.
show() ->
    [
        io:format("~s ~s~n", [Sample, base64:encode(term_to_binary(term(Sample)))])
     || Sample <- [message, order, numbers]
    ],
    io:format("end~n"),
    halt(0).

term(message) ->
    {reserve, 4711, <<"rope, 60 m">>, 2};
term(order) ->
    #{
        id => 123456789012,
        customer => <<"Ada Lovelace, 12 St James's Square, London">>,
        paid => true,
        total => 1234.5,
        note => undefined,
        items => [item(I) || I <- lists:seq(1, ?ITEMS)]
    };
term(numbers) ->
    [number(I) || I <- lists:seq(1, ?LENGTH)].

item(I) ->
    {item, <<"rope-", (integer_to_binary(I))/binary>>, I, 19.5 + I}.

number(I) when I rem 4 =:= 0 -> I band 255;
number(I) when I rem 4 =:= 1 -> I * 100003;
number(I) when I rem 4 =:= 2 -> -I;
number(I) -> I bsl 40.
