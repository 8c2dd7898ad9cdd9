package dev.belay;

import dev.belay.internal.host.Host;
import java.lang.invoke.MethodHandles;
import java.lang.runtime.ObjectMethods;
import java.util.List;

/// Makes sure that a verb that has begun can be finished on the stack that is left.
final class Stack {
  /*
   * A stack overflow comes out of a call. A verb in a deep recursion could commit its first step and
   * overflow in its second. So it calls down a stretch first, longer than its own deepest path: the overflow comes here, before
   * anything has happened.
   *
   * What must fit most of all is the wake-up of a virtual thread, which the JDK does not survive: an overflow in
   * the middle of its `unpark` leaves that thread neither parked nor scheduled, for ever. Measured on JDK 25, that
   * needs about 2 KB where every frame is interpreted, and as much again when the scheduler adds a carrier.
   *
   * The path ahead may be interpreted while this one is compiled, with frames a fraction as large. So the frames are
   * made large: `descend` has a part that holds WIDTH values over a call, and all frames of a method are as large as its
   * largest. The values are read from memory, so that no compiler can put the reading off until after the call, and
   * each is combined with the call's result, so that none can be done with before it. That part is run by each of the first OFTEN
   * probes of a stripe, and then by one in RARELY. A compiler that has not seen it run leaves it out, until it is run: frames are small
   * until then. (With one in RARELY from the beginning that was so in one JVM in three, for 64 probes.) The method is too long to be
   * inlined into itself. FRAMES frames are then at least 7 KB in every mode, for the price of FRAMES calls.
   *
   * `COUNTS` is written without any order; lost updates do not matter. Threads are spread over its stripes, which are far
   * enough from each other not to share a cache line.
   *
   * The second hazard are class initialisers. One that overflows, or runs out of memory, makes its class unusable for the whole
   * JVM; that of the JDK's methods of records with it all records. So those that verbs come upon only later are run by the first node; that none is forgotten is
   * tested in a JVM of its own.
   */
  private static final int FRAMES = 5;

  private static final int WIDTH = 160;
  private static final long[] VALUES = new long[WIDTH];

  /// A power of two.
  private static final int RARELY = 64;

  /// More probes than any compiler watches before it decides.
  private static final int OFTEN = 4096;

  private static final int STRIPES = 16;
  private static final int STRIDE = 32;
  private static final int[] COUNTS = new int[STRIPES * STRIDE];

  /// Not final, so that the compiler does not know it.
  @SuppressWarnings("FieldMayBeFinal")
  private static int bottom = -1;

  private static final List<Class<?>> LATE =
      List.of(
          AliasMode.class,
          AliveWaiter.class,
          Answer.class,
          Ancestors.class,
          Awaited.class,
          Bound.Fate.class,
          Cell.class,
          CrashNotes.class,
          Demonitor.class,
          DroppedMessage.Why.class,
          Dismantling.Next.class,
          ExitReason.class,
          ExitSignalError.class,
          InterruptPolicy.class,
          LinkMode.class,
          Mailbox.class,
          MailboxPolicy.class,
          MonitorOptions.class,
          ObjectMethods.class,
          Lane.class,
          Owned.class,
          ProcessStatus.class,
          Runner.Outcome.class,
          Runners.class,
          SpawnOptions.class,
          System.Logger.Level.class,
          Trail.class,
          Trail.How.class);

  private Stack() {}

  /// Runs the class initialisers that verbs need, of Belay and of the JDK.
  static void prepare(Host host) {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    try {
      for (Class<?> type : LATE) {
        lookup.ensureInitialized(type);
      }
    } catch (IllegalAccessException e) {
      throw new AssertionError("a class of this package", e);
    }
    host.prepare();
  }

  /// Throws `StackOverflowError` now rather than in the middle of a verb.
  static void probe() {
    int stripe = ((int) Thread.currentThread().threadId() & (STRIPES - 1)) * STRIDE;
    int count = COUNTS[stripe] + 1;
    COUNTS[stripe] = count < 0 ? OFTEN : count;
    if (descend(FRAMES, count) < 0) {
      throw new AssertionError("the values are all 0");
    }
  }

  private static long descend(int frames, int count) {
    if (frames > 0) {
      return descend(frames - 1, count) + 1;
    }
    if (frames < 0) {
      return 0;
    }
    if (count > OFTEN && (count & (RARELY - 1)) != 0) {
      return 1;
    }
    long[] v = VALUES;
    long v000 = v[0];
    long v001 = v[1];
    long v002 = v[2];
    long v003 = v[3];
    long v004 = v[4];
    long v005 = v[5];
    long v006 = v[6];
    long v007 = v[7];
    long v008 = v[8];
    long v009 = v[9];
    long v010 = v[10];
    long v011 = v[11];
    long v012 = v[12];
    long v013 = v[13];
    long v014 = v[14];
    long v015 = v[15];
    long v016 = v[16];
    long v017 = v[17];
    long v018 = v[18];
    long v019 = v[19];
    long v020 = v[20];
    long v021 = v[21];
    long v022 = v[22];
    long v023 = v[23];
    long v024 = v[24];
    long v025 = v[25];
    long v026 = v[26];
    long v027 = v[27];
    long v028 = v[28];
    long v029 = v[29];
    long v030 = v[30];
    long v031 = v[31];
    long v032 = v[32];
    long v033 = v[33];
    long v034 = v[34];
    long v035 = v[35];
    long v036 = v[36];
    long v037 = v[37];
    long v038 = v[38];
    long v039 = v[39];
    long v040 = v[40];
    long v041 = v[41];
    long v042 = v[42];
    long v043 = v[43];
    long v044 = v[44];
    long v045 = v[45];
    long v046 = v[46];
    long v047 = v[47];
    long v048 = v[48];
    long v049 = v[49];
    long v050 = v[50];
    long v051 = v[51];
    long v052 = v[52];
    long v053 = v[53];
    long v054 = v[54];
    long v055 = v[55];
    long v056 = v[56];
    long v057 = v[57];
    long v058 = v[58];
    long v059 = v[59];
    long v060 = v[60];
    long v061 = v[61];
    long v062 = v[62];
    long v063 = v[63];
    long v064 = v[64];
    long v065 = v[65];
    long v066 = v[66];
    long v067 = v[67];
    long v068 = v[68];
    long v069 = v[69];
    long v070 = v[70];
    long v071 = v[71];
    long v072 = v[72];
    long v073 = v[73];
    long v074 = v[74];
    long v075 = v[75];
    long v076 = v[76];
    long v077 = v[77];
    long v078 = v[78];
    long v079 = v[79];
    long v080 = v[80];
    long v081 = v[81];
    long v082 = v[82];
    long v083 = v[83];
    long v084 = v[84];
    long v085 = v[85];
    long v086 = v[86];
    long v087 = v[87];
    long v088 = v[88];
    long v089 = v[89];
    long v090 = v[90];
    long v091 = v[91];
    long v092 = v[92];
    long v093 = v[93];
    long v094 = v[94];
    long v095 = v[95];
    long v096 = v[96];
    long v097 = v[97];
    long v098 = v[98];
    long v099 = v[99];
    long v100 = v[100];
    long v101 = v[101];
    long v102 = v[102];
    long v103 = v[103];
    long v104 = v[104];
    long v105 = v[105];
    long v106 = v[106];
    long v107 = v[107];
    long v108 = v[108];
    long v109 = v[109];
    long v110 = v[110];
    long v111 = v[111];
    long v112 = v[112];
    long v113 = v[113];
    long v114 = v[114];
    long v115 = v[115];
    long v116 = v[116];
    long v117 = v[117];
    long v118 = v[118];
    long v119 = v[119];
    long v120 = v[120];
    long v121 = v[121];
    long v122 = v[122];
    long v123 = v[123];
    long v124 = v[124];
    long v125 = v[125];
    long v126 = v[126];
    long v127 = v[127];
    long v128 = v[128];
    long v129 = v[129];
    long v130 = v[130];
    long v131 = v[131];
    long v132 = v[132];
    long v133 = v[133];
    long v134 = v[134];
    long v135 = v[135];
    long v136 = v[136];
    long v137 = v[137];
    long v138 = v[138];
    long v139 = v[139];
    long v140 = v[140];
    long v141 = v[141];
    long v142 = v[142];
    long v143 = v[143];
    long v144 = v[144];
    long v145 = v[145];
    long v146 = v[146];
    long v147 = v[147];
    long v148 = v[148];
    long v149 = v[149];
    long v150 = v[150];
    long v151 = v[151];
    long v152 = v[152];
    long v153 = v[153];
    long v154 = v[154];
    long v155 = v[155];
    long v156 = v[156];
    long v157 = v[157];
    long v158 = v[158];
    long v159 = v[159];
    long r = descend(bottom, count);
    return (r ^ v000)
        + (r ^ v001)
        + (r ^ v002)
        + (r ^ v003)
        + (r ^ v004)
        + (r ^ v005)
        + (r ^ v006)
        + (r ^ v007)
        + (r ^ v008)
        + (r ^ v009)
        + (r ^ v010)
        + (r ^ v011)
        + (r ^ v012)
        + (r ^ v013)
        + (r ^ v014)
        + (r ^ v015)
        + (r ^ v016)
        + (r ^ v017)
        + (r ^ v018)
        + (r ^ v019)
        + (r ^ v020)
        + (r ^ v021)
        + (r ^ v022)
        + (r ^ v023)
        + (r ^ v024)
        + (r ^ v025)
        + (r ^ v026)
        + (r ^ v027)
        + (r ^ v028)
        + (r ^ v029)
        + (r ^ v030)
        + (r ^ v031)
        + (r ^ v032)
        + (r ^ v033)
        + (r ^ v034)
        + (r ^ v035)
        + (r ^ v036)
        + (r ^ v037)
        + (r ^ v038)
        + (r ^ v039)
        + (r ^ v040)
        + (r ^ v041)
        + (r ^ v042)
        + (r ^ v043)
        + (r ^ v044)
        + (r ^ v045)
        + (r ^ v046)
        + (r ^ v047)
        + (r ^ v048)
        + (r ^ v049)
        + (r ^ v050)
        + (r ^ v051)
        + (r ^ v052)
        + (r ^ v053)
        + (r ^ v054)
        + (r ^ v055)
        + (r ^ v056)
        + (r ^ v057)
        + (r ^ v058)
        + (r ^ v059)
        + (r ^ v060)
        + (r ^ v061)
        + (r ^ v062)
        + (r ^ v063)
        + (r ^ v064)
        + (r ^ v065)
        + (r ^ v066)
        + (r ^ v067)
        + (r ^ v068)
        + (r ^ v069)
        + (r ^ v070)
        + (r ^ v071)
        + (r ^ v072)
        + (r ^ v073)
        + (r ^ v074)
        + (r ^ v075)
        + (r ^ v076)
        + (r ^ v077)
        + (r ^ v078)
        + (r ^ v079)
        + (r ^ v080)
        + (r ^ v081)
        + (r ^ v082)
        + (r ^ v083)
        + (r ^ v084)
        + (r ^ v085)
        + (r ^ v086)
        + (r ^ v087)
        + (r ^ v088)
        + (r ^ v089)
        + (r ^ v090)
        + (r ^ v091)
        + (r ^ v092)
        + (r ^ v093)
        + (r ^ v094)
        + (r ^ v095)
        + (r ^ v096)
        + (r ^ v097)
        + (r ^ v098)
        + (r ^ v099)
        + (r ^ v100)
        + (r ^ v101)
        + (r ^ v102)
        + (r ^ v103)
        + (r ^ v104)
        + (r ^ v105)
        + (r ^ v106)
        + (r ^ v107)
        + (r ^ v108)
        + (r ^ v109)
        + (r ^ v110)
        + (r ^ v111)
        + (r ^ v112)
        + (r ^ v113)
        + (r ^ v114)
        + (r ^ v115)
        + (r ^ v116)
        + (r ^ v117)
        + (r ^ v118)
        + (r ^ v119)
        + (r ^ v120)
        + (r ^ v121)
        + (r ^ v122)
        + (r ^ v123)
        + (r ^ v124)
        + (r ^ v125)
        + (r ^ v126)
        + (r ^ v127)
        + (r ^ v128)
        + (r ^ v129)
        + (r ^ v130)
        + (r ^ v131)
        + (r ^ v132)
        + (r ^ v133)
        + (r ^ v134)
        + (r ^ v135)
        + (r ^ v136)
        + (r ^ v137)
        + (r ^ v138)
        + (r ^ v139)
        + (r ^ v140)
        + (r ^ v141)
        + (r ^ v142)
        + (r ^ v143)
        + (r ^ v144)
        + (r ^ v145)
        + (r ^ v146)
        + (r ^ v147)
        + (r ^ v148)
        + (r ^ v149)
        + (r ^ v150)
        + (r ^ v151)
        + (r ^ v152)
        + (r ^ v153)
        + (r ^ v154)
        + (r ^ v155)
        + (r ^ v156)
        + (r ^ v157)
        + (r ^ v158)
        + (r ^ v159);
  }
}
