/** Images and their annotations: classes, masks, boxes, values. */
package io.pitlane.data;
