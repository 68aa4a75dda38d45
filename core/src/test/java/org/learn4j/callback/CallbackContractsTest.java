package org.learn4j.callback;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.learn4j.learn.Callback;
import org.learn4j.learn.ProgressDisplay;
import org.learn4j.testkit.CallbackContract;

/** Every callback of the library keeps the contract. */
class CallbackContractsTest {
    @Nested
    class OfCheckpoints implements CallbackContract {
        @Override
        public Callback callback(Path folder) {
            return Checkpoints.to(folder.resolve("checkpoint.safetensors")).everyBatches(3);
        }

        @Override
        public boolean observes() {
            return true;
        }
    }

    @Nested
    class OfCsvHistory implements CallbackContract {
        @Override
        public Callback callback(Path folder) {
            return CsvHistory.to(folder.resolve("history.csv"));
        }

        @Override
        public boolean observes() {
            return true;
        }
    }

    @Nested
    class OfEarlyStopping implements CallbackContract {
        @Override
        public Callback callback(Path folder) {
            return EarlyStopping.on("valid_loss").minimumDelta(1e3); // stops after the second epoch
        }
    }

    @Nested
    class OfGradientAccumulation implements CallbackContract {
        @Override
        public Callback callback(Path folder) {
            return GradientAccumulation.ofItems(40);
        }
    }

    @Nested
    class OfGradientClip implements CallbackContract {
        @Override
        public Callback callback(Path folder) {
            return GradientClip.toNorm(.5);
        }
    }

    @Nested
    class OfMixUp implements CallbackContract {
        @Override
        public Callback callback(Path folder) {
            return MixUp.withAlpha(.4);
        }
    }

    @Nested
    class OfProgressDisplay implements CallbackContract {
        @Override
        public Callback callback(Path folder) {
            return ProgressDisplay.lines(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
        }

        @Override
        public boolean observes() {
            return true;
        }
    }

    @Nested
    class OfReduceOnPlateau implements CallbackContract {
        @Override
        public Callback callback(Path folder) {
            return ReduceOnPlateau.on("train_loss");
        }
    }

    @Nested
    class OfSaveBest implements CallbackContract {
        @Override
        public Callback callback(Path folder) {
            return SaveBest.of("valid_loss", folder.resolve("best.safetensors"));
        }
    }
}
