package org.learn4j.nn;

import java.util.Arrays;
import org.learn4j.tensor.Tensor;

/**
 * A network that can mix items itself, because its inputs are not all numbers: mixup mixes the vectors of categories, not their codes.
 * Besides its inputs it accepts two more: the number of each item's partner in the batch, INT32 [n], and each item's own share, [n].
 */
public interface MixesWithin extends Layer {
    /**
     * Returns each row's share of itself and the rest of its partner.
     *
     * @param x numbers [n, …]
     * @param partners the row each row is mixed with, INT32 [n]
     * @param shares the share of the row itself, from 0 to 1, [n]
     */
    static Tensor mix(Tensor x, Tensor partners, Tensor shares) {
        long[] dims = new long[x.shape().rank()];
        Arrays.fill(dims, 1);
        dims[0] = shares.elements();
        Tensor weight = shares.reshape(dims);
        Tensor other = x.select(0, partners);
        return other.plus(x.minus(other).times(weight));
    }
}
