package dev.belay.bench;

import com.ericsson.otp.erlang.OtpErlangAtom;
import com.ericsson.otp.erlang.OtpErlangBinary;
import com.ericsson.otp.erlang.OtpErlangDecodeException;
import com.ericsson.otp.erlang.OtpErlangDouble;
import com.ericsson.otp.erlang.OtpErlangList;
import com.ericsson.otp.erlang.OtpErlangLong;
import com.ericsson.otp.erlang.OtpErlangMap;
import com.ericsson.otp.erlang.OtpErlangObject;
import com.ericsson.otp.erlang.OtpErlangTuple;
import com.ericsson.otp.erlang.OtpInputStream;
import com.ericsson.otp.erlang.OtpOutputStream;
import java.nio.charset.StandardCharsets;

/// Terms as Jinterface reads and writes them.
final class JinterfaceFormat implements TermFormat<OtpErlangObject> {
  private static final int VERSION = 131;

  @Override
  public OtpErlangObject term(Sample sample) {
    return switch (sample) {
      case MESSAGE ->
          tuple(
              atom("reserve"),
              new OtpErlangLong(4_711),
              binary("rope, 60 m"),
              new OtpErlangLong(2));
      case ORDER -> order();
      case NUMBERS -> numbers();
    };
  }

  private static OtpErlangObject order() {
    OtpErlangObject[] items = new OtpErlangObject[Sample.ITEMS];
    for (int i = 1; i <= Sample.ITEMS; i++) {
      items[i - 1] =
          tuple(
              atom("item"),
              binary("rope-" + i),
              new OtpErlangLong(i),
              new OtpErlangDouble(Sample.price(i)));
    }
    OtpErlangObject[] keys = {
      atom("id"), atom("customer"), atom("paid"), atom("total"), atom("note"), atom("items")
    };
    OtpErlangObject[] values = {
      new OtpErlangLong(123_456_789_012L),
      binary("Ada Lovelace, 12 St James's Square, London"),
      atom("true"),
      new OtpErlangDouble(1_234.5),
      atom("undefined"),
      new OtpErlangList(items)
    };
    return new OtpErlangMap(keys, values);
  }

  private static OtpErlangObject numbers() {
    OtpErlangObject[] numbers = new OtpErlangObject[Sample.LENGTH];
    for (int i = 1; i <= Sample.LENGTH; i++) {
      numbers[i - 1] = new OtpErlangLong(Sample.number(i));
    }
    return new OtpErlangList(numbers);
  }

  private static OtpErlangObject atom(String name) {
    return new OtpErlangAtom(name);
  }

  private static OtpErlangObject binary(String text) {
    return new OtpErlangBinary(text.getBytes(StandardCharsets.UTF_8));
  }

  private static OtpErlangObject tuple(OtpErlangObject... elements) {
    return new OtpErlangTuple(elements);
  }

  @Override
  public byte[] encode(OtpErlangObject term) {
    OtpOutputStream out = new OtpOutputStream();
    out.write1(VERSION);
    out.write_any(term);
    return out.toByteArray();
  }

  @Override
  public OtpErlangObject decode(byte[] bytes) throws OtpErlangDecodeException {
    return new OtpInputStream(bytes).read_any();
  }
}
