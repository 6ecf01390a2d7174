/** Reads folders of images and their annotations: class folders, CSV, COCO, VOC, masks. */
package io.pitlane.data.folder;
