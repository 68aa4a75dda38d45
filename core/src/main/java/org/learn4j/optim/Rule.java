package org.learn4j.optim;

import java.util.List;

/** How an optimizer moves parameters: the steps between weight decay and lookahead, and their default settings. */
interface Rule {
    /** Returns the name in files and, for the rules of this library, of the factory method. */
    String id();

    /** Returns the default settings. */
    Moments moments();

    /** Returns the default weight decay. */
    double weightDecay();

    /** Returns whether the steps divide by squares of gradients, so that β₂ and ε mean something. */
    boolean adapts();

    /** Returns the steps. */
    List<Step> steps(Moments moments);

    /** Steps that somebody else wrote. */
    record Custom(String id, List<Step> steps) implements Rule {
        @Override
        public Moments moments() {
            return new Moments(.9, .99, 1e-5);
        }

        @Override
        public double weightDecay() {
            return 0;
        }

        @Override
        public boolean adapts() {
            return true;
        }

        @Override
        public List<Step> steps(Moments moments) {
            return steps;
        }
    }
}
