package org.learn4j.benchmarks;

import java.util.List;

/**
 * One thing to measure and who competes in it.
 *
 * @param id the name in ratios and files, such as {@code train.b64}
 * @param rows the rows that one step processes
 * @param task what to time
 * @param checkable the same without anything random, for the comparison of losses
 * @param contenders the first one is the reference of that comparison
 */
record Case<T>(String id, int rows, T task, T checkable, List<ContenderFactory<T>> contenders) {}
