package org.learn4j.learn;

/** A program that trains the toy and prints what came out, in short. */
final class PrintTrainedBits {
    private PrintTrainedBits() {}

    public static void main(String[] arguments) {
        System.out.println(line());
    }

    static String line() {
        try (Learner learner = Toy.learner()) {
            learner.fitOneCycle(2, .02);
            return "bits " + Toy.weights(learner).hashCode() + " "
                    + Toy.bits(learner.history().losses());
        }
    }
}
