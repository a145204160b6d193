/* django-prose-editor in place of a text area that says where the editor is (data-editor).
 *
 * The security policy of the site stays as it is: the editor is loaded by its address, not by a map
 * of imports within the page, and it adds no style element (injectCSS; admin.css has those rules).
 */

const WORDS = {
  "Image URL": "图片",
  "Alternative Text": "图片里是什么（念给看不见的人听）",
  Caption: "图注",
  "Edit Figure": "改图片",
  "Edit Image": "改图片",
  "Insert Figure": "插入图片",
  "Add caption": "加图注",
  "Remove caption": "去掉图注",
  Update: "确定",
  Insert: "插入",
  Cancel: "取消",
  URL: "网址",
  Title: "标题",
  "Edit Link": "改链接",
  Rows: "行数",
  Columns: "列数",
  "Include header row": "第一行是表头",
  Yes: "是",
  No: "否",
  "Table Properties": "表格",
  "Insert Table": "插入表格",
};
const LABELS = {
  heading2: "小标题",
  heading3: "小小标题",
  bold: "粗体",
  italic: "斜体",
  subscript: "下标",
  superscript: "上标",
  bulletList: "列表",
  orderedList: "编号列表",
  blockquote: "引文",
  figure: "图片",
  link: "链接",
  unlink: "去掉链接",
  "history:undo": "撤销",
  "history:redo": "重做",
  table: "表格",
  "table:addColumnAfter": "右边加一列",
  "table:deleteColumn": "删掉这一列",
  "table:addRowAfter": "下面加一行",
  "table:deleteRow": "删掉这一行",
  "table:mergeCells": "合并单元格",
  "table:splitCell": "拆开单元格",
  "table:toggleHeaderCell": "表头单元格",
  "table:deleteTable": "删掉表格",
};
const GROUPS = [
  { group: "headings" },
  { group: "marks" },
  { group: "lists" },
  { group: "nodes -blockType -lists" },
  { group: "link" },
  { group: "table" },
  { group: "history" },
];
const OWN = "/media/pictures/";

function translate() {
  const before = window.gettext || ((words) => words);
  window.gettext = (words) => WORDS[words] || before(words);
}

async function upload(textarea, file) {
  const data = new FormData();
  data.append("file", file);
  const token = textarea.form.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(textarea.dataset.upload, {
    method: "POST",
    body: data,
    headers: { "X-CSRFToken": token },
  });
  if (answer.status === 413) throw new Error("图片太大，换一张小一点的。");
  const said = await answer.json().catch(() => ({ error: "没有传上去，请再试一次。" }));
  if (!answer.ok) throw new Error(said.error);
  return said.src;
}

/* The address of a picture is typed by nobody: a button beside the field sends the file. */
function picker(textarea) {
  return {
    label: "选图片上传…",
    handler({ input }) {
      const chooser = document.createElement("input");
      chooser.type = "file";
      chooser.accept = "image/*";
      chooser.addEventListener("change", async () => {
        input.setCustomValidity("");
        input.placeholder = "正在上传…";
        try {
          input.value = await upload(textarea, chooser.files[0]);
        } catch (error) {
          input.value = "";
          input.setCustomValidity(error.message);
          input.reportValidity();
        }
        input.placeholder = "";
      });
      chooser.click();
    },
  };
}

/* A figure may be a caption alone: its picture was another site's, and did not come along. */
function figure(lib, textarea) {
  return lib.Figure.extend({
    content: "image? caption?",
    addCommands() {
      const inherited = this.parent();
      return {
        ...inherited,
        insertFigure: () => (context) => {
          const { editor, state, dispatch } = context;
          if (editor.isActive("figure") || editor.isActive("image")) {
            return inherited.editImage()(context);
          }
          if (!dispatch) return lib.canInsertNode(state, state.schema.nodes.figure);
          ask(lib, textarea, editor);
          return true;
        },
      };
    },
  });
}

function ask(lib, textarea, editor) {
  const fields = {
    src: { type: "string", title: WORDS["Image URL"], required: true, picker: picker(textarea) },
    alt: { type: "string", title: WORDS["Alternative Text"] },
    caption: { type: "string", title: WORDS.Caption },
  };
  const options = { title: WORDS["Insert Figure"], submitText: WORDS.Insert };
  lib.updateAttrsDialog(fields, options)(editor, {}).then((said) => {
    if (!said?.src) return;
    const content = [{ type: "image", attrs: { src: said.src.trim(), alt: said.alt.trim() } }];
    const caption = said.caption.trim();
    if (caption) content.push({ type: "caption", content: [{ type: "text", text: caption }] });
    editor.chain().focus().insertContent({ type: "figure", content }).run();
  });
}

function extensions(lib, textarea) {
  return [
    lib.Document,
    lib.Paragraph,
    lib.Text,
    lib.HardBreak,
    lib.Dropcursor,
    lib.Gapcursor,
    lib.History,
    lib.NoSpellCheck,
    lib.Menu.configure({ groups: GROUPS }),
    lib.Heading.configure({ levels: [2, 3] }),
    lib.Bold,
    lib.Italic,
    lib.Subscript,
    lib.Superscript,
    lib.BulletList,
    lib.OrderedList.configure({ enableListAttributes: false }),
    lib.ListItem,
    lib.Blockquote,
    lib.Link.configure({ enableTarget: false }),
    lib.Table,
    lib.TableRow,
    lib.TableHeader,
    lib.TableCell,
    figure(lib, textarea),
    lib.Caption,
    // Others are dropped when the article is saved: better seen at once.
    lib.Image.extend({ parseHTML: () => [{ tag: `img[src*="${OWN}"]` }] }),
  ];
}

/* Styles of Word and WeChat are no part of a text, and the policy would refuse each one aloud. But by
 * them alone Word's bullets are known, whatever letter of a symbol font draws them. */
function pasted(html) {
  return html
    .replace(/(mso-list:\s*ignore[^>]*>)[^<\d\s\u3400-\u9fff\u2460-\u24ff](?=<)/gi, "$1·")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=\s*("[^"]*"|'[^']*')/gi, ""));
}

function label(element) {
  for (const button of element.querySelectorAll("[data-name]")) {
    const words = LABELS[button.dataset.name];
    if (words) {
      button.title = words;
      button.setAttribute("aria-label", words);
    }
  }
}

async function replace(textarea) {
  const lib = await import(textarea.dataset.editor);
  const element = document.createElement("div");
  element.className = "prose-editor";
  textarea.before(element);
  element.append(textarea);
  const editor = new lib.Editor({
    element,
    injectCSS: false,
    extensions: extensions(lib, textarea),
    content: textarea.value,
    editorProps: {
      attributes: { "aria-label": "正文", role: "textbox", "aria-multiline": "true" },
      transformPastedHTML: pasted,
    },
    onUpdate: () => {
      textarea.value = editor.getHTML();
    },
  });
  editor.on("create", () => label(element));
}

translate();
for (const textarea of document.querySelectorAll("textarea[data-editor]")) {
  if (!textarea.disabled) replace(textarea);
}
