package dev.belay.distribution.internal.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What an EPMD remembers.
class EpmdNamesTest {
  private long seconds = 1_700_000_000L;
  private final EpmdNames names = new EpmdNames(() -> seconds);

  private EpmdNames.Entry register(String name) {
    return names.register(PortInfo.of(name, 1), 3).orElseThrow();
  }

  private long again(String name) {
    EpmdNames.Entry entry = register(name);
    names.unregister(entry);
    return entry.creation();
  }

  @Test
  void theFirstCreationIsTheTime() {
    assertThat(register("a").creation()).isEqualTo(1_700_000_000L);
    seconds = 0;
    assertThat(register("b").creation()).isEqualTo(4);
    seconds = 0x1_0000_0003L;
    assertThat(register("c").creation()).isEqualTo(4);
    seconds = 0xFFFF_FFFFL;
    assertThat(register("d").creation()).isEqualTo(0xFFFF_FFFFL);
  }

  @Test
  void whoComesBackGetsTheNextCreation() {
    long first = again("a");
    assertThat(again("a")).isEqualTo(first + 1);
    assertThat(again("a")).isEqualTo(first + 2);
  }

  @Test
  void afterTheLastCreationComesTheFirst() {
    seconds = 0xFFFF_FFFFL;
    again("a");
    assertThat(again("a")).isEqualTo(4);
  }

  @Test
  void aNameHasOneNode() {
    register("a");
    assertThat(names.register(PortInfo.of("a", 2), 4)).isEmpty();
    assertThat(names.find("a")).map(entry -> entry.node().port()).hasValue(1);
  }

  @Test
  void anOldEntryDoesNotUnregisterANewOne() {
    EpmdNames.Entry old = register("a");
    names.unregister(old);
    EpmdNames.Entry now = register("a");
    names.unregister(old);
    assertThat(names.find("a")).hasValue(now);
  }

  @Test
  void theLastThousandAreRemembered() {
    long first = again("forgotten");
    long second = again("remembered");
    for (int i = 0; i < EpmdNames.REMEMBERED - 1; i++) {
      again("n" + i);
    }
    assertThat(names.unused()).hasSize(EpmdNames.REMEMBERED);
    seconds = first + 1_000;
    assertThat(again("remembered")).isEqualTo(second + 1);
    assertThat(again("forgotten")).isEqualTo(first + 1_000);
  }
}
