declare module "diagram-js-minimap" {
  const module: object;
  export default module;
}
declare module "bpmn-js-create-append-anything" {
  export const CreateAppendAnythingModule: object;
}
declare module "dmn-js/lib/Modeler" {
  const Modeler: new (options: object) => object;
  export default Modeler;
}
declare module "dmn-js/lib/NavigatedViewer" {
  const NavigatedViewer: new (options: object) => object;
  export default NavigatedViewer;
}
