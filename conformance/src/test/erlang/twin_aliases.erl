%% Aliases: when they lead to their process, and when no more.
-module(twin_aliases).

-export([alias_leads_to_its_process/1, alias_ends_with_unalias/1,
         queued_message_outlives_the_alias/1, unalias_tells_whether_it_was_on/1,
         unalias_of_anothers/1, reply_alias_takes_one_message/1,
         reply_alias_takes_one_of_many/1, used_reply_alias_is_none/1,
         reply_alias_can_be_ended_before/1, direct_messages_do_not_use_it_up/1,
         alias_of_the_dead/1, plain_reference_leads_nowhere/1,
         monitors_alias_outlives_demonitor/1, monitors_alias_outlives_the_down/1,
         unalias_leaves_the_monitor/1, demonitor_ends_the_alias/1,
         down_ends_the_alias/1, reply_ends_the_monitor/1,
         down_before_the_reply/1, unalias_before_the_reply/1,
         demonitor_of_a_plain_alias/1, spawned_with_an_alias/1,
         spawned_with_a_reply_alias/1, down_is_void_although_the_alias_lives/1,
         alias_can_be_passed_on/1, alias_of_a_monitor_of_the_dead/1,
         alias_of_a_free_names_monitor/1, reply_or_down_never_both/1]).

-import(twin, [as/3, as/4, say/2, await/1, await_down/0, await_down/1,
               next/0, drain/0, idle/0, until_dead/1, until_queued/1,
               monitors/1, monitored_by/1]).

alias_leads_to_its_process(T) ->
    Alias = alias(),
    Alias ! one,
    until_queued(1),
    as(T, b, m, spawn_monitor(fun () -> Alias ! two end)),
    until_queued(3),
    Alias ! three,
    say(T, [left, drain()]).

alias_ends_with_unalias(T) ->
    Alias = alias(),
    Alias ! one,
    until_queued(1),
    unalias(Alias),
    Alias ! two,
    self() ! three,
    say(T, [left, drain()]).

queued_message_outlives_the_alias(T) ->
    Alias = alias(),
    Main = self(),
    as(T, b, spawn(fun () -> Alias ! early, Main ! sent end)),
    await(sent),
    say(T, [was, unalias(Alias)]),
    say(T, [left, drain()]).

unalias_tells_whether_it_was_on(T) ->
    Alias = alias(),
    say(T, [was, unalias(Alias)]),
    say(T, [was, unalias(Alias)]),
    say(T, [reference, unalias(make_ref())]).

unalias_of_anothers(T) ->
    Main = self(),
    Alias = alias(),
    as(T, b, spawn(fun () -> say(T, [was, unalias(Alias)]), Main ! tried end)),
    await(tried),
    Alias ! hello,
    say(T, [left, drain(), was, unalias(Alias)]).

reply_alias_takes_one_message(T) ->
    Alias = alias([reply]),
    Alias ! one,
    Alias ! two,
    self() ! three,
    say(T, [left, drain()]).

reply_alias_takes_one_of_many(T) ->
    Counts = [begin
                  Alias = alias([reply]),
                  Senders = [spawn_monitor(fun () -> await(go), Alias ! reply end)
                             || _ <- lists:seq(1, 5)],
                  [P ! go || {P, _} <- Senders],
                  [await_down(M) || {_, M} <- Senders],
                  length(drain())
              end || _ <- lists:seq(1, 40)],
    say(T, [replies, lists:usort(Counts)]).

used_reply_alias_is_none(T) ->
    Alias = alias([reply]),
    Alias ! one,
    until_queued(1),
    say(T, [was, unalias(Alias), left, drain()]).

reply_alias_can_be_ended_before(T) ->
    Alias = alias([reply]),
    say(T, [was, unalias(Alias)]),
    Alias ! one,
    self() ! two,
    say(T, [left, drain()]).

direct_messages_do_not_use_it_up(T) ->
    Alias = alias([reply]),
    self() ! direct,
    say(T, [got, next()]),
    Alias ! reply,
    say(T, [got, next(), was, unalias(Alias)]).

alias_of_the_dead(T) ->
    Main = self(),
    B = as(T, b, spawn(fun () -> Main ! {alias, alias()}, idle() end)),
    Alias = receive {alias, A} -> A end,
    exit(B, bye),
    until_dead(B),
    Alias ! hello,
    say(T, [was, unalias(Alias), left, drain()]).

plain_reference_leads_nowhere(T) ->
    make_ref() ! hello,
    Other = as(T, b, spawn(fun () -> idle() end)),
    monitor(process, Other) ! hello,
    self() ! direct,
    say(T, [left, drain()]).

monitors_alias_outlives_demonitor(T) ->
    {B, Ref} = watched(T, explicit_unalias),
    Ref ! one,
    until_queued(1),
    demonitor(Ref),
    Ref ! two,
    exit(B, bye),
    until_dead(B),
    Ref ! three,
    say(T, [left, drain()]),
    say(T, [was, unalias(Ref)]),
    Ref ! four,
    say(T, [left, drain()]).

monitors_alias_outlives_the_down(T) ->
    {B, Ref} = watched(T, explicit_unalias),
    exit(B, bye),
    until_queued(1),
    Ref ! later,
    say(T, [left, drain(), was, unalias(Ref)]).

unalias_leaves_the_monitor(T) ->
    {B, Ref} = watched(T, explicit_unalias),
    say(T, [was, unalias(Ref)]),
    Ref ! lost,
    say(T, [monitors, monitors(self())]),
    exit(B, bye),
    say(T, [got, await_down()]),
    say(T, [left, drain()]).

demonitor_ends_the_alias(T) ->
    {B, Ref} = watched(T, demonitor),
    Ref ! one,
    until_queued(1),
    demonitor(Ref),
    Ref ! two,
    say(T, [left, drain(), was, unalias(Ref), alive, is_process_alive(B)]).

down_ends_the_alias(T) ->
    {B, Ref} = watched(T, demonitor),
    Ref ! one,
    exit(B, bye),
    until_queued(2),
    Ref ! two,
    self() ! three,
    say(T, [left, drain(), was, unalias(Ref)]).

reply_ends_the_monitor(T) ->
    {B, Ref} = watched(T, reply_demonitor),
    Ref ! reply,
    until_queued(1),
    say(T, [monitors, monitors(self()), by, monitored_by(B)]),
    Ref ! again,
    exit(B, bye),
    until_dead(B),
    say(T, [left, drain(), was, demonitor(Ref, [info]), unalias(Ref)]).

down_before_the_reply(T) ->
    {B, Ref} = watched(T, reply_demonitor),
    exit(B, bye),
    until_queued(1),
    Ref ! reply,
    self() ! direct,
    say(T, [left, drain(), was, unalias(Ref)]).

unalias_before_the_reply(T) ->
    {B, Ref} = watched(T, reply_demonitor),
    say(T, [was, unalias(Ref)]),
    Ref ! reply,
    say(T, [left, drain(), monitors, monitors(self())]),
    exit(B, bye),
    say(T, [got, await_down()]).

demonitor_of_a_plain_alias(T) ->
    Alias = alias(),
    say(T, [was, demonitor(Alias, [info]), demonitor(Alias, [flush])]),
    Alias ! hello,
    say(T, [left, drain(), was, unalias(Alias)]).

spawned_with_an_alias(T) ->
    Main = self(),
    {B, Ref} = as(T, b, m, spawn_opt(fun () ->
        receive {answer, To} -> To ! answered end,
        Main ! directly,
        idle()
    end, [{monitor, [{alias, explicit_unalias}]}])),
    B ! {answer, Ref},
    await(directly),
    exit(B, bye),
    say(T, [got, await_down(), left, drain(), was, unalias(Ref)]).

spawned_with_a_reply_alias(T) ->
    {B, Ref} = as(T, b, m, spawn_opt(fun () ->
        receive {answer, To} -> To ! answered, To ! once_more end
    end, [{monitor, [{alias, reply_demonitor}]}])),
    B ! {answer, Ref},
    until_dead(B),
    say(T, [left, drain(), was, unalias(Ref)]).

down_is_void_although_the_alias_lives(T) ->
    {B, Ref} = watched(T, explicit_unalias),
    say(T, [was, demonitor(Ref, [info])]),
    exit(B, bye),
    until_dead(B),
    Ref ! hello,
    say(T, [left, drain(), was, unalias(Ref)]).

alias_can_be_passed_on(T) ->
    Alias = alias([reply]),
    Last = spawn(fun () -> receive {forward, A} -> A ! {reply, from_afar} end end),
    First = spawn(fun () -> receive {forward, A} -> Last ! {forward, A} end end),
    First ! {forward, Alias},
    say(T, [got, await({reply, from_afar}), was, unalias(Alias)]).

alias_of_a_monitor_of_the_dead(T) ->
    B = as(T, b, spawn(fun () -> ended end)),
    until_dead(B),
    [begin
         Ref = as(T, m, monitor(process, B, [{alias, Mode}])),
         until_queued(1),
         Ref ! hello,
         say(T, [Mode, drain(), was, unalias(Ref)])
     end || Mode <- [explicit_unalias, demonitor, reply_demonitor]].

alias_of_a_free_names_monitor(T) ->
    Ref = as(T, m, monitor(process, twin_nobody, [{alias, explicit_unalias}])),
    until_queued(1),
    Ref ! hello,
    say(T, [left, drain(), was, unalias(Ref)]).

reply_or_down_never_both(T) ->
    Answers = [begin
                   Main = self(),
                   {B, Ref} = spawn_opt(fun () ->
                       receive
                           {answer, To} -> spawn(fun () -> To ! reply, Main ! sent end)
                       end
                   end, [{monitor, [{alias, reply_demonitor}]}]),
                   B ! {answer, Ref},
                   await(sent),
                   until_dead(B),
                   length(drain())
               end || _ <- lists:seq(1, 100)],
    say(T, [answers, lists:usort(Answers), monitors, monitors(self())]).

%% ---- helpers

watched(T, Mode) ->
    B = as(T, b, spawn(fun () -> idle() end)),
    {B, as(T, m, monitor(process, B, [{alias, Mode}]))}.
