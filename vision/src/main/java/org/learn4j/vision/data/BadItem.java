package org.learn4j.vision.data;

/**
 * A picture that cannot be read.
 *
 * @param name the file, or what stands for it
 * @param reason why not
 */
public record BadItem(String name, String reason) {
    @Override
    public String toString() {
        return name + ": " + reason;
    }
}
