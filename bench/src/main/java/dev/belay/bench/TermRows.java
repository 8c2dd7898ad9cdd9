package dev.belay.bench;

/// The workloads with terms in this JVM: one thread makes bytes of a sample again and again, or the
/// sample of its bytes. All decode the same bytes, which are those that Belay writes: nearly as
/// Erlang does.
final class TermRows {
  private TermRows() {}

  /// Makes a row ready for one of the two libraries.
  static Workload workload(Contender contender, Row row, int size) {
    return contender == Contender.JINTERFACE
        ? workload(new JinterfaceFormat(), row, size)
        : workload(new BelayFormat(), row, size);
  }

  private static <T> Workload workload(TermFormat<T> format, Row row, int size) {
    return switch (row) {
      case ENCODE_MESSAGE -> encoding(format, Sample.MESSAGE, size);
      case ENCODE_ORDER -> encoding(format, Sample.ORDER, size);
      case ENCODE_NUMBERS -> encoding(format, Sample.NUMBERS, size);
      case DECODE_MESSAGE -> decoding(format, Sample.MESSAGE, size);
      case DECODE_ORDER -> decoding(format, Sample.ORDER, size);
      case DECODE_NUMBERS -> decoding(format, Sample.NUMBERS, size);
      default -> throw new IllegalArgumentException("no terms in " + row);
    };
  }

  /// Every result is of the right size, and the last one means the sample.
  private static <T> Workload encoding(TermFormat<T> format, Sample sample, int size) {
    T term = format.term(sample);
    int length = format.encode(term).length;
    return new Alone() {
      @Override
      public double run() throws Exception {
        long bytes = 0;
        byte[] last = {};
        long start = System.nanoTime();
        for (int i = 0; i < size; i++) {
          last = format.encode(term);
          bytes += last.length;
        }
        double took = System.nanoTime() - start;
        check(bytes == (long) size * length && format.decode(last).equals(term), sample);
        return took;
      }
    };
  }

  /// The last result is the sample.
  private static <T> Workload decoding(TermFormat<T> format, Sample sample, int size) {
    T term = format.term(sample);
    byte[] bytes = bytes(sample);
    return new Alone() {
      @Override
      public double run() throws Exception {
        T last = format.decode(bytes);
        long start = System.nanoTime();
        for (int i = 0; i < size; i++) {
          last = format.decode(bytes);
        }
        double took = System.nanoTime() - start;
        check(last.equals(term), sample);
        return took;
      }
    };
  }

  /// The bytes of a sample.
  static byte[] bytes(Sample sample) {
    BelayFormat format = new BelayFormat();
    return format.encode(format.term(sample));
  }

  private static void check(boolean right, Sample sample) {
    if (!right) {
      throw new IllegalStateException("what has become of " + sample + " is another term");
    }
  }

  /// There is nothing to close.
  private abstract static class Alone implements Workload {
    @Override
    public void close() {}
  }
}
