/** Images and what is known about them: classes, masks, boxes, values. */
package io.pitlane.data;
