/** Images in folders, with annotations beside them: class folders, CSV, COCO, VOC, masks. */
package io.pitlane.data.folder;
