package dev.belay.rules;

import dev.belay.Styles;
import dev.belay.testkit.BelayExtension;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Runs all tests of a class twice: with processes that have a thread each, and with processes that
/// run in turns on runners. The same rules hold for both.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ClassTemplate
@ExtendWith(BothStyles.Provider.class)
public @interface BothStyles {
  /// Gives each class its two runs.
  final class Provider implements ClassTemplateInvocationContextProvider {
    /// Made by JUnit.
    public Provider() {}

    @Override
    public boolean supportsClassTemplate(ExtensionContext context) {
      return true;
    }

    @Override
    public Stream<Run> provideClassTemplateInvocationContexts(ExtensionContext context) {
      return Stream.of(new Run(false), new Run(true));
    }
  }

  /// One run of a class.
  ///
  /// @param inTurns whether its processes run in turns
  record Run(boolean inTurns) implements ClassTemplateInvocationContext {
    @Override
    public String getDisplayName(int index) {
      return inTurns ? "turn-style" : "receive-style";
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      BeforeEachCallback before =
          context -> {
            if (inTurns) {
              BelayExtension.changeOptions(context, Styles::inTurns);
            }
          };
      return List.of(before);
    }
  }
}
