package org.learn4j.kernel;

import static org.learn4j.kernel.Nd4jScratch.write;

import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Convolutions by ND4J's {@code conv2d} and {@code conv2d_bp} on row-major copies, one group of channels at a time. */
final class Nd4jConvolution {
    private Nd4jConvolution() {}

    static void forward(Tensor x, Tensor weight, @Nullable Tensor bias, Window window, boolean relu, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            for (Group group : Group.all(x, weight, out)) {
                INDArray y = scratch.make(
                        out.array().dataType(), group.images(out, group.outputs).dims());
                Nd4j.exec(settings("conv2d", window)
                        .addInputs(group.read(x, group.inputs, scratch), group.filters(weight, scratch))
                        .addOutputs(y)
                        .build());
                if (bias != null) {
                    y = scratch.plus(y, group.shift(bias, scratch));
                }
                group.write(relu ? Transforms.relu(y, false) : y, out, group.outputs);
            }
        }
    }

    static void inputGradient(Tensor dy, Tensor weight, Window window, Tensor dx) {
        if (dx.elements() == 0) {
            return;
        }
        if (dy.elements() == 0) {
            dx.array().assign(0);
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            for (Group group : Group.all(dx, weight, dy)) {
                INDArray x = scratch.zeros(
                        dx.array().dataType(), group.images(dx, group.inputs).dims());
                INDArray filters = group.filters(weight, scratch);
                INDArray gradient = gradients(x, filters, group.read(dy, group.outputs, scratch), window, scratch)[0];
                group.write(gradient, dx, group.inputs);
            }
        }
    }

    static void weightGradient(Tensor x, Tensor dy, Window window, Tensor dweight, @Nullable Tensor dbias) {
        if (dy.elements() == 0 || x.elements() == 0) {
            dweight.array().assign(0);
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            for (Group group : Group.all(x, dweight, dy)) {
                if (dy.elements() > 0 && x.elements() > 0) {
                    INDArray filters = scratch.zeros(
                            dweight.array().dataType(), group.filters(dweight).dims());
                    INDArray images = group.read(x, group.inputs, scratch);
                    INDArray incoming = group.read(dy, group.outputs, scratch);
                    try (Tensor part = group.part(dweight)) {
                        write(gradients(images, filters, incoming, window, scratch)[1], part);
                    }
                }
            }
            if (dbias != null && dbias.elements() > 0) {
                try (Tensor row =
                        dbias.view(Shape.of(1, dbias.elements(), 1, 1), new long[] {0, 1, 0, 0}, dbias.offset())) {
                    Nd4jElementwise.reduce(Reduction.SUM, dy, row);
                }
            }
        }
    }

    private static INDArray[] gradients(INDArray x, INDArray filters, INDArray dy, Window window, Nd4jScratch scratch) {
        INDArray dx = scratch.make(x.dataType(), x.shape());
        INDArray dfilters = scratch.make(filters.dataType(), filters.shape());
        Nd4j.exec(settings("conv2d_bp", window)
                .addInputs(x, filters, dy)
                .addOutputs(dx, dfilters)
                .build());
        return new INDArray[] {dx, dfilters};
    }

    /** NCHW images and OIHW filters, explicit padding. */
    private static DynamicCustomOp.DynamicCustomOpsBuilder settings(String name, Window window) {
        return DynamicCustomOp.builder(name)
                .addIntegerArguments(
                        window.height(),
                        window.width(),
                        window.strideHeight(),
                        window.strideWidth(),
                        window.paddingHeight(),
                        window.paddingWidth(),
                        window.dilationHeight(),
                        window.dilationWidth(),
                        0,
                        0,
                        1);
    }

    /** One group of channels: so many inputs and outputs, the group's number. */
    private record Group(long inputs, long outputs, long number) {
        static Group[] all(Tensor x, Tensor weight, Tensor out) {
            long inputs = weight.shape().dim(1);
            int count = (int) (x.shape().dim(1) / inputs);
            Group[] groups = new Group[count];
            for (int i = 0; i < count; i++) {
                groups[i] = new Group(inputs, out.shape().dim(1) / count, i);
            }
            return groups;
        }

        Shape images(Tensor tensor, long channels) {
            return tensor.shape().with(1, channels);
        }

        Shape filters(Tensor weight) {
            return weight.shape().with(0, outputs);
        }

        private Tensor channels(Tensor tensor, long channels) {
            long offset = tensor.offset() + number * channels * tensor.stride(1);
            return tensor.view(images(tensor, channels), tensor.strides(), offset);
        }

        INDArray read(Tensor tensor, long channels, Nd4jScratch scratch) {
            try (Tensor part = channels(tensor, channels)) {
                return scratch.copy(part, part.shape().dims());
            }
        }

        void write(INDArray array, Tensor tensor, long channels) {
            try (Tensor part = channels(tensor, channels)) {
                Nd4jScratch.write(array, part);
            }
        }

        Tensor part(Tensor weight) {
            return weight.view(
                    filters(weight), weight.strides(), weight.offset() + number * outputs * weight.stride(0));
        }

        INDArray filters(Tensor weight, Nd4jScratch scratch) {
            try (Tensor part = part(weight)) {
                return scratch.copy(part, part.shape().dims());
            }
        }

        INDArray shift(Tensor bias, Nd4jScratch scratch) {
            try (Tensor part =
                    bias.view(Shape.of(outputs), bias.strides(), bias.offset() + number * outputs * bias.stride(0))) {
                return scratch.copy(part, 1, outputs, 1, 1);
            }
        }
    }
}
