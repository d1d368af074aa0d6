/** A look at an image or a PDF without leaving the page. */
import type { Attachment } from "../contract/shapes";
import { t } from "../texts";
import { Dialog } from "../ui/dialog";

export function Preview({ file, onClose }: { file: Attachment; onClose: () => void }) {
  const address = `/api/v1/attachments/${file.id}/preview`;
  return (
    <Dialog
      title={file.name}
      onClose={onClose}
      foot={
        <a class="lh-button" href={address} target="_blank" rel="noopener">
          {t("file.openTab")}
        </a>
      }
    >
      {file.media_type === "application/pdf" ? (
        <iframe class="lh-preview-frame" src={address} title={file.name} />
      ) : (
        <img class="lh-preview-image" src={address} alt={file.name} />
      )}
    </Dialog>
  );
}
