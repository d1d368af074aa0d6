import "./ui/app.css";
import { render } from "preact";
import { App } from "./app";
import { speak } from "./texts";
import { followTheme, language } from "./ui/preferences";

followTheme();
await speak(language.get());
const root = document.getElementById("app");
if (root) render(<App />, root);
