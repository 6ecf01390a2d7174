/** What a student is asked to do: the terms of its loss, and the layers they look at. */
package io.pitlane.distill.loss;
