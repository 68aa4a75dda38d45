package org.learn4j.benchmarks;

import java.util.function.Function;

/**
 * How to set up a contender for a task.
 *
 * <pre>{@code
 * new ContenderFactory<>("learn4j", Engine.LEARN4J, Learn4jMlp::of)
 * }</pre>
 *
 * @param name the name in tables and files
 * @param engine the engine it speaks for
 * @param maker makes the contender
 */
record ContenderFactory<T>(String name, Engine engine, Function<T, ? extends Contender> maker) {
    Contender create(T task) {
        return maker.apply(task);
    }
}
