package dev.belay.distribution.internal.wire;

import java.nio.ByteBuffer;

/// A signal that was encoded and waits to be written: one whole frame, or one that is cut into
/// fragments as they are written.
///
/// Belongs to who has made it, and then to the queue that it is put into; an [OutgoingQueue] cuts
/// it under its lock.
public final class Outbound {
  /*
   * The bytes of the whole frame are all there is, with its length and its header at the front; the
   * fragments of a greater one are cut out of it, each with a header of its own. A cache of atoms
   * for what is sent would have to be brought up to date in the order in which frames are written,
   * which is the order of `cut`: there the header would be made, in place of the one that is here
   * now.
   */
  private static final int LENGTH = Integer.BYTES;
  private static final int FIRST_HEADER = 2 + 2 * Long.BYTES + 1;
  private static final int NEXT_HEADER = 2 + 2 * Long.BYTES;

  private final byte[] frame;
  private final int control;
  private final int payload;
  private final int fragment;
  private final boolean isFragmented;

  private int next;
  private int left;

  /// What a frame is of a signal.
  public enum Part {
    /// All of it.
    WHOLE,
    /// A fragment that is not the last one.
    FRAGMENT,
    /// The last fragment.
    LAST_FRAGMENT
  }

  /// @param frame the whole frame
  /// @param control where the control message begins
  /// @param payload where the payload begins
  /// @param fragment how much payload goes into one frame; 0 if all of it does
  Outbound(byte[] frame, int control, int payload, int fragment) {
    this.frame = frame;
    this.control = control;
    this.payload = payload;
    this.fragment = fragment;
    next = payload;
    int size = frame.length - payload;
    left = fragment == 0 || size <= fragment ? 1 : (size - 1) / fragment + 1;
    isFragmented = left > 1;
  }

  /// Returns how many bytes the signal takes, but for the headers of fragments.
  ///
  /// @return a number of bytes
  public int size() {
    return frame.length;
  }

  /// Tells whether the signal is sent in several frames.
  ///
  /// @return whether it is
  public boolean isFragmented() {
    return isFragmented;
  }

  /// The next frame of a signal that is not done yet.
  ///
  /// @param sequence the number of the sequence that the fragments are of
  ByteBuffer cut(long sequence) {
    if (!isFragmented) {
      left = 0;
      return ByteBuffer.wrap(frame);
    }
    boolean isFirst = next == payload;
    int head = isFirst ? payload - control : 0;
    int part = Math.min(fragment, frame.length - next);
    int length = (isFirst ? FIRST_HEADER : NEXT_HEADER) + head + part;
    ByteBuffer out = ByteBuffer.allocate(LENGTH + length);
    out.putInt(length);
    out.put((byte) FrameReader.VERSION);
    out.put((byte) (isFirst ? FrameReader.FIRST_FRAGMENT : FrameReader.NEXT_FRAGMENT));
    out.putLong(sequence).putLong(left);
    if (isFirst) {
      out.put((byte) 0).put(frame, control, head);
    }
    out.put(frame, next, part).flip();
    next += part;
    left--;
    return out;
  }

  /// Tells what a frame is that was taken out of an [OutgoingQueue].
  ///
  /// @param frame the frame, from its length on
  /// @return what it is; a tick is whole
  public static Part part(ByteBuffer frame) {
    int kind = frame.position() + LENGTH + 1;
    boolean isFragment =
        frame.remaining() >= LENGTH + NEXT_HEADER
            && frame.get(kind - 1) == (byte) FrameReader.VERSION
            && (frame.get(kind) == FrameReader.FIRST_FRAGMENT
                || frame.get(kind) == FrameReader.NEXT_FRAGMENT);
    if (!isFragment) {
      return Part.WHOLE;
    }
    return frame.getLong(kind + 1 + Long.BYTES) == 1 ? Part.LAST_FRAGMENT : Part.FRAGMENT;
  }

  /// Tells whether all frames were cut.
  boolean isDone() {
    return left == 0;
  }
}
