package org.learn4j.nn;

import org.junit.jupiter.api.Nested;
import org.learn4j.autograd.PaddingMode;
import org.learn4j.kernel.Window;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.testkit.LayerContract;

/** Layers of images keep to the contract of layers. */
class ImageLayerContractsTest {
    /** The contract for images [3, 4, 6, 5]. */
    interface ImageContract extends LayerContract {
        @Override
        default Tensor input(DType type) {
            return LayerContract.normal(type, 3, 4, 6, 5);
        }

        @Override
        default Tensor badInput() {
            return Tensor.ones(3, 4, 6);
        }
    }

    @Nested
    class OfConv2d implements ImageContract {
        @Override
        public Layer layer() {
            return Conv2d.of(4, 3, 3);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 3, 4, 3);
        }
    }

    @Nested
    class OfConv2dWithSettings implements ImageContract {
        @Override
        public Layer layer() {
            return Conv2d.of(4, 6, 3).stride(2).padding(1).groups(2).withoutBias();
        }

        @Override
        public Shape output() {
            return Shape.of(3, 6, 3, 3);
        }
    }

    @Nested
    class OfConv2dOfAWindow implements ImageContract {
        @Override
        public Layer layer() {
            return Conv2d.of(4, 2, Window.of(3, 2).stride(2, 1).padding(1, 0));
        }

        @Override
        public Shape output() {
            return Shape.of(3, 2, 3, 4);
        }
    }

    @Nested
    class OfConv2dWithReflection implements ImageContract {
        @Override
        public Layer layer() {
            return Conv2d.of(4, 2, 3).padding(2).paddingMode(PaddingMode.REFLECTION);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 2, 8, 7);
        }
    }

    @Nested
    class OfConv2dWithReplication implements ImageContract {
        @Override
        public Layer layer() {
            return Conv2d.of(4, 2, 3)
                    .padding(1)
                    .paddingMode(PaddingMode.REPLICATE)
                    .dilation(2);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 2, 4, 3);
        }
    }

    @Nested
    class OfConvTranspose2d implements ImageContract {
        @Override
        public Layer layer() {
            return ConvTranspose2d.of(4, 2, 3).stride(2).padding(1).outputPadding(1);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 2, 12, 10);
        }
    }

    @Nested
    class OfConvTranspose2dInGroups implements ImageContract {
        @Override
        public Layer layer() {
            return ConvTranspose2d.of(4, 6, 2).groups(2).withoutBias();
        }

        @Override
        public Shape output() {
            return Shape.of(3, 6, 7, 6);
        }
    }

    @Nested
    class OfBatchNorm2d implements ImageContract {
        @Override
        public Layer layer() {
            return BatchNorm2d.of(4).momentum(0.2);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 6, 5);
        }
    }

    @Nested
    class OfInstanceNorm2d implements ImageContract {
        @Override
        public Layer layer() {
            return InstanceNorm2d.of(4);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 6, 5);
        }
    }

    @Nested
    class OfInstanceNorm2dWithoutParameters implements ImageContract {
        @Override
        public Layer layer() {
            return Sequential.of(
                    Conv2d.of(4, 4, 1), InstanceNorm2d.of(4).withoutParameters().epsilon(0.1));
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 6, 5);
        }
    }

    @Nested
    class OfGroupNorm implements ImageContract {
        @Override
        public Layer layer() {
            return GroupNorm.of(2, 4);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 6, 5);
        }
    }

    @Nested
    class OfMaxPool2d implements ImageContract {
        @Override
        public Layer layer() {
            return MaxPool2d.of(3).stride(2).padding(1);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 3, 3);
        }
    }

    @Nested
    class OfMaxPool2dWithCeiling implements ImageContract {
        @Override
        public Layer layer() {
            return MaxPool2d.of(2).ceiling();
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 3, 3);
        }
    }

    @Nested
    class OfAvgPool2d implements ImageContract {
        @Override
        public Layer layer() {
            return AvgPool2d.of(2);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 3, 2);
        }
    }

    @Nested
    class OfAvgPool2dWithoutPadding implements ImageContract {
        @Override
        public Layer layer() {
            return AvgPool2d.of(3).padding(1).withoutPadding().ceiling();
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 3, 2);
        }
    }

    @Nested
    class OfAdaptiveAvgPool2d implements ImageContract {
        @Override
        public Layer layer() {
            return AdaptiveAvgPool2d.of(1);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 1, 1);
        }
    }

    @Nested
    class OfAdaptiveAvgPool2dOfUnequalShares implements ImageContract {
        @Override
        public Layer layer() {
            return AdaptiveAvgPool2d.of(4, 3);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 4, 3);
        }
    }

    @Nested
    class OfAdaptiveMaxPool2d implements ImageContract {
        @Override
        public Layer layer() {
            return AdaptiveMaxPool2d.of(3, 1);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 3, 1);
        }
    }

    @Nested
    class OfAdaptiveMaxPool2dOfUnequalShares implements ImageContract {
        @Override
        public Layer layer() {
            return AdaptiveMaxPool2d.of(5);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 5, 5);
        }
    }

    @Nested
    class OfAdaptiveConcatPool2d implements ImageContract {
        @Override
        public Layer layer() {
            return AdaptiveConcatPool2d.of(1);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 8, 1, 1);
        }
    }

    @Nested
    class OfDropout2d implements ImageContract {
        @Override
        public Layer layer() {
            return Dropout2d.of(0.4);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 6, 5);
        }
    }

    @Nested
    class OfPixelShuffle implements ImageContract {
        @Override
        public Layer layer() {
            return PixelShuffle.of(2);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 1, 12, 10);
        }
    }

    @Nested
    class OfWeightNormOfAConvolution implements ImageContract {
        @Override
        public Layer layer() {
            return WeightNorm.of(Conv2d.of(4, 3, 3));
        }

        @Override
        public Shape output() {
            return Shape.of(3, 3, 4, 3);
        }
    }

    @Nested
    class OfConvLayer implements ImageContract {
        @Override
        public Layer layer() {
            return ConvLayer.of(4, 3).stride(2);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 3, 3, 3);
        }
    }

    @Nested
    class OfConvLayerWithSettings implements ImageContract {
        @Override
        public Layer layer() {
            return ConvLayer.of(4, 2).kernel(5).norm(NormType.NONE).withoutActivation();
        }

        @Override
        public Shape output() {
            return Shape.of(3, 2, 6, 5);
        }
    }

    @Nested
    class OfConvLayerOfTheFirstVersion implements ImageContract {
        @Override
        public Layer layer() {
            return ConvLayer.of(4, 2).activationFirst().activation(Activation.tanh());
        }

        @Override
        public Shape output() {
            return Shape.of(3, 2, 6, 5);
        }
    }

    @Nested
    class OfConvLayerWithWeightNorm implements ImageContract {
        @Override
        public Layer layer() {
            return ConvLayer.of(4, 2)
                    .norm(NormType.WEIGHT)
                    .activation(Activation.leakyRelu(0.1))
                    .padding(0);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 2, 4, 3);
        }
    }

    @Nested
    class OfConvLayerWithInstanceNorm implements ImageContract {
        @Override
        public Layer layer() {
            return ConvLayer.of(4, 4).norm(NormType.INSTANCE).groups(2).activation(Activation.silu());
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 6, 5);
        }
    }

    @Nested
    class OfAResidualBlock implements ImageContract {
        @Override
        public Layer layer() {
            return Residual.of(Sequential.of(
                            Conv2d.of(4, 4, 3).padding(1).withoutBias(), BatchNorm2d.of(4), Activation.tanh()))
                    .activation(Activation.silu());
        }

        @Override
        public Shape output() {
            return Shape.of(3, 4, 6, 5);
        }
    }
}
