package org.learn4j.learn;

import java.nio.file.Path;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.schedule.Rates;

/** A program that trains and saves weights and checkpoint after every batch until it is killed. */
final class TrainAndSaveInALoop {
    private TrainAndSaveInALoop() {}

    /** A model of about a quarter of a megabyte. */
    static Learner learner() {
        Sequential model =
                Sequential.of(Linear.of(Toy.FEATURES, 8000), Activation.relu(), Linear.of(8000, Toy.CLASSES));
        return Learner.of(Toy.data(), model).silent().build();
    }

    public static void main(String[] arguments) {
        Path weights = Path.of(arguments[0]);
        Path checkpoint = Path.of(arguments[1]);
        Callback saver = new Callback() {
            private boolean said;

            @Override
            public Stage stage() {
                return Stage.SAVE;
            }

            @Override
            public void afterStep(FitContext context) {
                context.learner().save(weights);
                context.learner().saveCheckpoint(checkpoint);
                if (!said) {
                    said = true;
                    System.out.println("saving");
                }
            }
        };
        try (Learner learner = learner()) {
            learner.fit(1_000_000, Rates.of(1e-3), FitOptions.defaults().callbacks(saver));
        }
    }
}
