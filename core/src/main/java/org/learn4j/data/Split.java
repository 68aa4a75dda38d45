package org.learn4j.data;

/**
 * Which items train and which validate.
 *
 * @param train numbers of the training items
 * @param valid numbers of the validation items
 */
public record Split(int[] train, int[] valid) {}
